import { contentHash } from '@slipway/kernel';
import { deciderSpec } from '@slipway/kernel/testing';
import { projectDecider } from './project.decider';
import type { ProjectEvent } from './project.events';
import type { Step } from './process/step';
import { stepOf } from './process/step.fixture';

const { given } = deciderSpec(projectDecider);

function step(name: string, run = 'true'): Step {
  return stepOf(name, { input: { run, shell: 'bash' } });
}

const created: ProjectEvent = { type: 'ProjectCreated', data: { slug: 'shop', name: 'Web shop', lifecycle: 'default' } };
const GREETING = [{ name: 'Greeting', value: 'Hello' }];

function processChanged(steps: readonly Step[], revision = 1): ProjectEvent {
  return { type: 'ProcessChanged', data: { slug: 'shop', revision, hash: contentHash(steps), steps } };
}

function variablesChanged(variables: typeof GREETING, revision = 1): ProjectEvent {
  return { type: 'VariablesChanged', data: { slug: 'shop', revision, hash: contentHash(variables), variables } };
}

describe('a project', () => {
  it('is created with its lifecycle, an empty process and no variables', () => {
    given()
      .when({ type: 'CreateProject', data: { slug: 'shop', name: 'Web shop', lifecycle: 'default' } })
      .then([created]);
    expect(given(created).state()).toMatchObject({ process: { revision: 0, steps: [] }, variables: { revision: 0, variables: [] } });
  });

  it('records of a change only what differs, its new lifecycle included', () => {
    given(created)
      .when({ type: 'ChangeProject', data: { name: 'Web shop', description: 'For customers', lifecycle: 'web' } })
      .then([{ type: 'ProjectChanged', data: { slug: 'shop', description: 'For customers', lifecycle: 'web' } }]);
  });

  it('loses a value by null and keeps its process and variables', () => {
    const state = given(created, processChanged([step('Deploy')]), variablesChanged(GREETING), {
      type: 'ProjectChanged',
      data: { slug: 'shop', name: null },
    }).state();
    expect(state).toMatchObject({ project: { slug: 'shop', lifecycle: 'default' }, process: { revision: 1 }, variables: { revision: 1 } });
    expect(state).not.toHaveProperty('project.name');
  });

  it('records nothing when a change says what holds already', () => {
    given(created)
      .when({ type: 'ChangeProject', data: { name: 'Web shop', lifecycle: 'default', description: null } })
      .then([]);
  });

  it('that does not exist is not changed in any way', () => {
    given()
      .when({ type: 'ChangeProject', data: { name: 'x' } })
      .then([]);
    given()
      .when({ type: 'ChangeProcess', data: { steps: [step('Deploy')], others: new Map() } })
      .then([]);
    given()
      .when({ type: 'ChangeVariables', data: { variables: GREETING } })
      .then([]);
  });
});

describe('the process of a project', () => {
  it('is replaced as a whole, in revisions from 1', () => {
    const first = [step('Deploy')];
    const second = [step('Deploy'), step('Check')];
    given(created)
      .when({ type: 'ChangeProcess', data: { steps: first, others: new Map() } })
      .then([processChanged(first)]);
    given(created, processChanged(first))
      .when({ type: 'ChangeProcess', data: { steps: second, others: new Map() } })
      .then([processChanged(second, 2)]);
  });

  it('makes no revision when it is the same, in whatever order of keys', () => {
    const { name, ...rest } = step('Deploy');
    given(created, processChanged([step('Deploy')]))
      .when({ type: 'ChangeProcess', data: { steps: [{ ...rest, name }], others: new Map() } })
      .then([]);
  });

  it('makes a revision when the order of steps changes, and when an earlier one comes back', () => {
    const [one, two] = [step('One'), step('Two')];
    given(created, processChanged([one, two]), processChanged([two, one], 2))
      .when({ type: 'ChangeProcess', data: { steps: [one, two], others: new Map() } })
      .then([processChanged([one, two], 3)]);
  });

  it('is refused when two steps share a name', () => {
    given(created)
      .when({ type: 'ChangeProcess', data: { steps: [step('Deploy'), step('deploy')], others: new Map() } })
      .refused('process.invalid');
  });
});

describe('the variables of a project', () => {
  it('are replaced as a whole, in revisions of their own', () => {
    const later = [{ name: 'Greeting', value: 'Good day' }];
    given(created, processChanged([step('Deploy')]))
      .when({ type: 'ChangeVariables', data: { variables: GREETING } })
      .then([variablesChanged(GREETING)]);
    given(created, variablesChanged(GREETING))
      .when({ type: 'ChangeVariables', data: { variables: later } })
      .then([variablesChanged(later, 2)]);
  });

  it('make no revision when they are the same', () => {
    given(created, variablesChanged(GREETING))
      .when({ type: 'ChangeVariables', data: { variables: GREETING } })
      .then([]);
  });

  it('are all taken away by an empty list', () => {
    given(created, variablesChanged(GREETING))
      .when({ type: 'ChangeVariables', data: { variables: [] } })
      .then([variablesChanged([], 2)]);
  });
});
