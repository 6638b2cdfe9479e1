import { MAX_MESSAGE_BYTES, type StepType, StepTypes } from '@slipway/kernel';
import { recorded } from '@slipway/kernel/testing';
import type { Step, Variable } from '@slipway/projects/contract';
import { ScriptStep } from '@slipway/steps/script';
import { created, shop } from '../../releases/domain/release.fixture';
import { evolveRelease, initialRelease, type KnownRelease, knownRelease } from '../../releases/domain/release';
import type { ReleaseEvent } from '../../releases/domain/release.events';
import type { KnownDeployment } from '../domain/deployment';
import { deploymentDecider } from '../domain/deployment.decider';
import { stepOf } from '@slipway/projects/domain/process/step.fixture';
import { attempt, opened, planned, queued, REF, started } from '../domain/deployment.fixture';
import type { StepDispatched } from '../domain/deployment.events';
import { stepTask } from './step-task';

function step(input: object, overrides: Partial<Step> = {}): Step {
  return stepOf('Deploy', { input, ...overrides });
}

function releaseWith(steps: Step[], variables: Variable[], later: Variable[][] = []): KnownRelease {
  const updates = later.map((one, index): ReleaseEvent => ({
    type: 'VariablesUpdated',
    data: { project: 'shop', version: '1.0.0', snapshot: index + 2, revision: index + 8, hash: `h${index}`, variables: one },
  }));
  const events = recorded([created(undefined, shop(steps, variables)), ...updates]);
  return knownRelease(events.reduce(evolveRelease, initialRelease));
}

const dispatch: StepDispatched = { type: 'StepDispatched', data: { ...REF, ...attempt('Deploy', 1), pool: 'linux' } };

function deployment(overrides: { variablesSnapshot?: number } = {}): KnownDeployment {
  const history = recorded([opened([planned('Deploy', { pool: 'linux', timeoutMs: 5_000 })], overrides), queued, started]);
  const state = history.reduce(deploymentDecider.evolve, deploymentDecider.initialState);
  if (state.status === 'none') throw new Error('no deployment');
  return state;
}

function composed(release: KnownRelease, around: { deployment?: KnownDeployment; stepTypes?: StepTypes } = {}) {
  const [event] = recorded<StepDispatched>([dispatch]);
  return stepTask(event!, {
    release,
    deployment: deployment(),
    stepTypes: new StepTypes([new ScriptStep({})]),
    leaseSeconds: 30,
    ...around,
  });
}

function taskOf(...args: Parameters<typeof composed>) {
  const result = composed(...args);
  if (!('message' in result)) throw new Error(`no task: ${result.cause.message}`);
  return JSON.parse(result.message.value) as Record<string, unknown>;
}

describe('the task of an attempt', () => {
  it('goes to its pool, keyed by attempt and token, with all that a worker needs', () => {
    const result = composed(
      releaseWith([step({ run: 'echo #{Greeting}', env: { HELLO: '#{Greeting}, you' } })], [{ name: 'Greeting', value: 'Hi' }]),
    );
    expect(result).toMatchObject({ message: { topic: 'slipway.tasks.linux', key: 'd1/Deploy/1/1' } });
    expect('message' in result && JSON.parse(result.message.value)).toEqual({
      ...REF,
      ...attempt('Deploy', 1),
      pool: 'linux',
      stepType: 'script',
      input: { run: 'echo #{Greeting}', env: { HELLO: 'Hi, you' } },
      variables: { Greeting: 'Hi' },
      notes: [],
      timeoutMs: 5_000,
      leaseSeconds: 30,
      correlationId: 'correlation-1',
    });
  });

  it('takes the variable snapshot that the deployment was scheduled with, an older one too', () => {
    const release = releaseWith([step({ run: 'true' })], [{ name: 'A', value: 'one' }], [[{ name: 'A', value: 'two' }]]);
    expect(taskOf(release)['variables']).toEqual({ A: 'one' });
    expect(taskOf(release, { deployment: deployment({ variablesSnapshot: 2 }) })['variables']).toEqual({ A: 'two' });
  });

  it('resolves variables for its environment, step, roles and channel', () => {
    const variables: Variable[] = [
      { name: 'E', value: 'here', scope: { environments: ['staging'] } },
      { name: 'E', value: 'elsewhere', scope: { environments: ['production'] } },
      { name: 'S', value: 'mine', scope: { steps: ['Deploy'] } },
      { name: 'S', value: 'any' },
      { name: 'R', value: 'web', scope: { roles: ['web'] } },
      { name: 'C', value: 'usual', scope: { channels: ['default'] } },
      { name: 'D', value: 'never', scope: { channels: ['beta'] } },
    ];
    expect(taskOf(releaseWith([step({ run: 'true' }, { roles: ['web'] })], variables))['variables']).toEqual({
      E: 'here',
      S: 'mine',
      R: 'web',
      C: 'usual',
    });
  });

  it('tells its texts what is deployed where', () => {
    const names = ['Project', 'Release', 'Release.Channel', 'Environment', 'Deployment', 'Deployment.Error'];
    const told = names.map((name) => `#{Slipway.${name}}`).join(' ');
    const task = taskOf(releaseWith([step({ run: 'true', env: { TOLD: told } })], []));
    expect(task['input']).toMatchObject({ env: { TOLD: 'shop 1.0.0 default staging d1 ' } });
    expect(task['notes']).toEqual([]);
  });

  it('notes a variable that is missing and leaves it empty', () => {
    const task = taskOf(releaseWith([step({ run: 'true', env: { X: '[#{Missing}]' } })], []));
    expect(task['input']).toEqual({ run: 'true', env: { X: '[]' } });
    expect(task['notes']).toEqual([expect.stringContaining('Missing')]);
  });

  it('does not exist when it would not fit a message: the cause says how large it is', () => {
    const variables = [{ name: 'Big', value: 'x'.repeat(MAX_MESSAGE_BYTES / 4) }];
    const env = Object.fromEntries(['A', 'B', 'C', 'D'].map((name) => [name, '#{Big}']));
    expect(composed(releaseWith([step({ run: 'true', env })], variables))).toEqual({
      cause: { code: 'task.too-large', message: expect.stringMatching(/take 1\d{6} bytes, more than the 1000000/) },
    });
  });

  it('does not exist when variables refer to each other in a circle', () => {
    const circle = [
      { name: 'A', value: '#{B}' },
      { name: 'B', value: '#{A}' },
    ];
    expect(composed(releaseWith([step({ run: 'true', env: { X: '#{A}' } })], circle))).toMatchObject({
      cause: { code: expect.stringMatching(/^variable/), message: expect.stringContaining('A') },
    });
  });

  it('does not exist for a step type that this Slipway has not', () => {
    expect(composed(releaseWith([step({}, { type: 'helm' })], []))).toMatchObject({ cause: { code: 'task.unknown-step-type' } });
  });

  it('does not exist for a snapshot or a step that the release has not', () => {
    const release = releaseWith([step({ run: 'true' })], []);
    expect(composed(release, { deployment: deployment({ variablesSnapshot: 9 }) })).toMatchObject({ cause: { code: 'task.incomplete' } });
    expect(composed(releaseWith([step({ run: 'true' }, { name: 'Other' })], []))).toMatchObject({ cause: { code: 'task.incomplete' } });
  });

  it('is not guessed at when the step type breaks: that is a bug, and is parked', () => {
    const broken: StepType = Object.assign(new ScriptStep({}), {
      expandInput: () => {
        throw new TypeError('a bug');
      },
    });
    expect(() => composed(releaseWith([step({ run: 'true' })], []), { stepTypes: new StepTypes([broken]) })).toThrow('a bug');
  });
});
