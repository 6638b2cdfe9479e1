import { deciderSpec, refusalOf } from '@slipway/kernel/testing';
import type { Variable } from '@slipway/projects/contract';
import { created, createRelease, deployed, phase, reached, schedule, scheduled, SHOP, shop, STEPS } from './release.fixture';
import { releaseDecider } from './release.decider';
import type { DeploymentOptions } from './schedule-deployment';

const { given } = deciderSpec(releaseDecider);

const prompt = (label: string, required: boolean) => ({ label, required, control: 'text' as const });
const ASKED: Variable[] = [
  { name: 'Ticket', value: '', prompt: prompt('Which ticket?', true), scope: { environments: ['development'] } },
  { name: 'Notes', value: 'none', prompt: prompt('Notes', false) },
];
const history = [created([phase('Build', ['development', 'qa'])], shop(STEPS, ASKED)), ...reached('Build')];

function refusal(environment: string, options: Partial<DeploymentOptions>) {
  const refused = refusalOf(() =>
    given(...history)
      .when(schedule(environment, options))
      .decided(),
  );
  return refused ? { kind: refused.kind, code: refused.code, pointers: refused.errors.map((one) => one.pointer) } : 'accepted';
}

describe('a deployment of a release with prompts', () => {
  it('keeps the answers by variable name', () => {
    given(...history)
      .when(schedule('development', { answers: { 'which ticket?': 'OPS-1' } }))
      .then([scheduled('development', { prompted: { Ticket: 'OPS-1' } })]);
  });

  it('keeps nothing where nothing was answered and nothing had to be', () => {
    given(...history)
      .when(schedule('qa'))
      .then([scheduled('qa')]);
  });

  it('is refused without an answer that is required, and with one that nothing asks for there', () => {
    expect(refusal('development', {})).toEqual({ kind: 'invalid', code: 'deployment.prompted', pointers: ['/prompted/Which ticket?'] });
    expect(refusal('qa', { answers: { 'Which ticket?': 'OPS-1' } })).toMatchObject({ pointers: ['/prompted/Which ticket?'] });
  });

  it('asks what the snapshot in force asks', () => {
    const variables: Variable[] = [{ name: 'Ticket', value: 'fixed' }];
    given(...history, { type: 'VariablesUpdated', data: { ...SHOP, snapshot: 2, revision: 8, hash: 'sha256:1e', variables } })
      .when(schedule('development'))
      .then([scheduled('development', { variablesSnapshot: 2 })]);
  });

  it('that repeats another is answered as that one was, and asks nothing', () => {
    given(...history)
      .when(schedule('development', { prompted: { Ticket: 'OPS-1' }, variablesSnapshot: 1 }))
      .then([scheduled('development', { prompted: { Ticket: 'OPS-1' } })]);
  });
});

describe('an automatic deployment of a release with prompts', () => {
  const phases = [phase('Build', ['!development', '!qa'])];
  const automatic = { failureMode: 'default' as const, automatic: true };

  it('takes defaults, and does not begin where a required answer is missing: the phase says so', () => {
    const project = shop(STEPS, ASKED);
    given()
      .when(createRelease(phases, project))
      .then([
        created(phases, project),
        {
          type: 'PhaseReached',
          data: { ...SHOP, phase: 'Build', unanswered: [{ environment: 'development', labels: ['Which ticket?'] }] },
        },
        scheduled('qa', automatic),
      ]);
  });

  it('is left to a person who answers, and the phase can be completed so', () => {
    given(created(phases, shop(STEPS, ASKED)), ...reached('Build'), ...deployed('qa', 'd1'))
      .when(schedule('development', { answers: { 'Which ticket?': 'OPS-1' } }))
      .then([scheduled('development', { prompted: { Ticket: 'OPS-1' } })]);
  });
});
