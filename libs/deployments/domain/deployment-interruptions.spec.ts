import { isDomainError } from '@slipway/kernel';
import type { DeploymentEvent } from './deployment.events';
import { planned, SUCCEEDED } from './deployment.fixture';
import { Story } from './deployment-story.fixture';

const MANUAL = { type: 'manual-intervention' };
const PLAN = [planned('Build'), planned('Deploy')];

/** A deployment whose first step failed, and a person is asked. */
function failed(first: Parameters<typeof planned>[1] = {}): Story {
  const story = new Story([planned('Build', first), planned('Deploy')], { failureMode: 'guided' });
  story.starts();
  story.fails('Build');
  return story;
}

function asked(first: Parameters<typeof planned>[1] = {}): Story {
  const story = new Story([planned('Approve', { ...MANUAL, ...first }), planned('Deploy'), planned('Undo', { condition: 'failure' })]);
  story.starts();
  return story;
}

function last<T extends DeploymentEvent['type']>(story: Story, type: T) {
  const event = story.events.findLast((one): one is Extract<DeploymentEvent, { type: T }> => one.type === type);
  if (!event) throw new Error(`no ${type}`);
  return event;
}

/** Nothing happened, for this reason. */
function refusal(story: Story, act: () => unknown) {
  const before = story.events.length;
  try {
    act();
  } catch (error) {
    if (!isDomainError(error)) throw error;
    expect(story.events).toHaveLength(before);
    return { kind: error.kind, code: error.code, facts: error.facts, pointers: error.errors?.map((one) => one.pointer) ?? [] };
  }
  throw new Error('it was accepted');
}

describe('a failure that a person is asked about', () => {
  it('tells what failed and what may be answered; the deployment keeps its lane and holds no worker', () => {
    const story = failed();
    expect(last(story, 'InterruptionRaised').data).toMatchObject({
      ...{ step: 'Build', attempt: 1, token: 1, kind: 'guided-failure', answers: ['retry', 'ignore', 'fail'] },
      cause: { code: 'step.failed', message: 'exit code 1' },
    });
    expect(story.state.status).toBe('awaiting-intervention');
    expect(story.out).toEqual([]);
  });

  it('is not there where failures are not guided', () => {
    const story = new Story(PLAN);
    story.starts();
    expect(story.fails('Build').at(-1)).toBe('DeploymentFailed step.failed');
  });

  it.each([
    ['retry', ['StepDispatched Build #2']],
    ['ignore', ['StepDispatched Deploy #1']],
    ['fail', ['StepSkipped Deploy earlier-step-failed', 'DeploymentFailed step.failed']],
  ])('answered `%s` goes on from there', (answer, follows) => {
    expect(failed().answers(answer, { notes: 'I know' })).toEqual([`InterruptionResolved Build ${answer}`, ...follows]);
  });

  it('keeps the notes, and who gave the answer', () => {
    const story = failed();
    story.takes('bob');
    story.resolves('ignore', { notes: 'known since May' }, 'bob');
    expect(last(story, 'InterruptionResolved').data).toMatchObject({ by: 'bob', answer: 'ignore', notes: 'known since May' });
  });

  it('that was ignored is a warning of the success', () => {
    const story = failed();
    story.answers('ignore');
    expect(story.succeeds('Deploy')).toEqual(['StepSucceeded Deploy #1', 'DeploymentSucceeded with warnings']);
  });

  it('of a required step cannot be ignored', () => {
    const story = failed({ required: true });
    story.takes();
    expect(story.interruption.answers).toEqual(['retry', 'fail']);
    expect(refusal(story, () => story.resolves('ignore'))).toMatchObject({
      code: 'interruption.answer-not-offered',
      pointers: ['/answer'],
    });
    expect(story.resolves('retry')).toEqual(['InterruptionResolved Build retry', 'StepDispatched Build #2']);
  });

  it('that is tried again and fails again raises a new interruption, which somebody else may take', () => {
    const story = failed();
    const { id: first } = story.interruption;
    story.answers('retry');
    expect(story.fails('Build')).toEqual(['StepFailed Build #2 step.failed', 'InterruptionRaised Build #2']);
    expect(story.interruption.id).not.toBe(first);
    expect(story.interruption.takenBy).toBeUndefined();
    expect(story.takes('bob')).toEqual(['InterruptionTaken Build']);
  });

  it('that was ignored earlier does not hide one that stands', () => {
    const story = new Story([...PLAN, planned('Check')], { failureMode: 'guided' });
    story.starts();
    story.fails('Build');
    story.answers('ignore');
    story.fails('Deploy');
    expect(story.answers('fail').at(-1)).toBe('DeploymentFailed step.failed');
    expect(last(story, 'DeploymentFailed').data.cause.message).toBe('Step Deploy: exit code 1');
  });

  it('has no end but an answer: no timer, no late word of a worker', () => {
    const story = failed();
    story.clock = 365 * 24 * 3_600_000;
    expect(story.wakes('Build')).toEqual([]);
    const late = { step: 'Build', attempt: 1, token: 1, worker: 'w1', outcome: SUCCEEDED };
    const frozen = { steps: [], variables: [], channel: 'default' };
    expect(story.decides({ type: 'ReportAttempt', data: { ...late, frozen } })).toEqual(['LateProgressRecorded Build #1']);
    expect(story.state.status).toBe('awaiting-intervention');
  });

  it('takes no outputs: its step set none', () => {
    const story = failed();
    story.takes();
    expect(refusal(story, () => story.resolves('retry', { outputs: { Ticket: 'OPS-7' } }))).toMatchObject({
      code: 'interruption.no-outputs',
      pointers: ['/outputs'],
    });
  });

  it('ends with the deployment when that is cancelled; its step stays failed', () => {
    const story = failed();
    const { interruption } = story;
    expect(story.cancels()).toEqual(['StepSkipped Deploy deployment-cancelled', 'DeploymentCancelled']);
    expect(refusal(story, () => story.takes('ada', interruption))).toMatchObject({ code: 'interruption.resolved' });
  });
});

describe('who answers', () => {
  it('is who took it: taken twice by the same person it is taken once, a second person is refused', () => {
    const story = failed();
    expect(story.takes('ada')).toEqual(['InterruptionTaken Build']);
    expect(story.takes('ada')).toEqual([]);
    expect(refusal(story, () => story.takes('bob'))).toMatchObject({
      kind: 'conflict',
      code: 'interruption.taken',
      facts: { takenBy: 'ada' },
    });
    expect(refusal(story, () => story.resolves('retry', {}, 'bob'))).toMatchObject({ code: 'interruption.taken' });
    expect(story.resolves('retry', {}, 'ada')[0]).toBe('InterruptionResolved Build retry');
  });

  it('has to take it first', () => {
    const story = failed();
    expect(refusal(story, () => story.resolves('retry'))).toMatchObject({ kind: 'conflict', code: 'interruption.not-taken' });
  });

  it('is asked after whether it is over: a resolved one refuses everybody in the same way', () => {
    const story = failed();
    const { interruption } = story;
    story.answers('retry');
    for (const actor of ['ada', 'bob']) {
      const answer = () =>
        story.decides(
          {
            type: 'ResolveInterruption',
            data: { interruption: interruption.id, answer: 'x', frozen: { steps: [], variables: [], channel: '' } },
          },
          actor,
        );
      for (const act of [answer, () => story.takes(actor, interruption)])
        expect(refusal(story, act)).toMatchObject({ kind: 'conflict', code: 'interruption.resolved', facts: { state: 'executing' } });
    }
  });

  it('is asked after the answer is looked at: of two wrongs the person is told first', () => {
    const story = failed();
    story.takes('ada');
    expect(refusal(story, () => story.resolves('perhaps', {}, 'bob'))).toMatchObject({ code: 'interruption.taken' });
    expect(refusal(story, () => story.resolves('perhaps', { outputs: {} }))).toMatchObject({ code: 'interruption.answer-not-offered' });
  });

  it('cannot answer what was never asked', () => {
    const story = failed();
    const unknown = { ...story.interruption, id: 'other' };
    expect(refusal(story, () => story.takes('ada', unknown))).toMatchObject({ kind: 'not-found', code: 'interruption.not-found' });
  });
});

describe('a manual intervention', () => {
  it('asks with its texts expanded, and says until when', () => {
    const story = asked({ timeoutMs: 3_600_000 });
    expect(last(story, 'InterruptionRaised').data).toMatchObject({
      ...{ kind: 'manual-intervention', answers: ['proceed', 'abort'], instructions: 'Look at staging.', responsible: 'operations' },
      deadline: '2026-01-05T09:00:00.000Z',
    });
    expect(last(asked(), 'InterruptionRaised').data).not.toHaveProperty('deadline');
  });

  it('asks whatever the failure mode is', () => {
    for (const failureMode of ['fail', 'guided'] as const) {
      const story = new Story([planned('Approve', MANUAL)], { failureMode });
      expect(story.starts()).toEqual(['DeploymentStarted', 'InterruptionRaised Approve #1']);
    }
  });

  it('goes on at `proceed`, with outputs for the steps behind it', () => {
    const story = asked();
    story.takes('bob');
    expect(story.resolves('proceed', { notes: 'fine', outputs: { Ticket: 'OPS-7' } }, 'bob')).toEqual([
      'InterruptionResolved Approve proceed',
      'StepSucceeded Approve #1',
      'StepDispatched Deploy #1',
    ]);
    expect(last(story, 'StepSucceeded').data.outputs).toEqual({
      ...{ Ticket: 'OPS-7', 'Manual.Notes': 'fine', 'Manual.ResponsibleUser': 'bob', 'Manual.Approved': 'True' },
    });
  });

  it('fails at `abort`, with the notes in the reason; nobody is asked about that, even where failures are guided', () => {
    const story = new Story([planned('Approve', MANUAL), planned('Deploy'), planned('Undo', { condition: 'failure' })], {
      failureMode: 'guided',
    });
    story.starts();
    expect(story.answers('abort', { notes: 'not today' })).toEqual([
      'InterruptionResolved Approve abort',
      'StepFailed Approve #1 step.aborted',
      'StepSkipped Deploy earlier-step-failed',
      'StepDispatched Undo #1',
    ]);
    expect(last(story, 'StepFailed').data).toMatchObject({
      cause: { message: 'aborted by ada: not today' },
      outputs: { 'Manual.Approved': 'False', 'Manual.Notes': 'not today' },
    });
    expect(story.succeeds('Undo')).toEqual(['StepSucceeded Undo #1', 'DeploymentFailed step.aborted']);
  });

  it.each(['Manual.Approved', 'manual.responsibleuser', 'ticket', '', 'a]', 'a/b', '1st'])(
    'takes no output %j from its answerer',
    (name) => {
      const story = asked();
      story.takes();
      const act = () => story.resolves('proceed', { outputs: { Ticket: 'OPS-7', [name]: 'x' } });
      expect(refusal(story, act)).toMatchObject({ code: 'interruption.outputs', pointers: [`/outputs/${name.replace('/', '~1')}`] });
    },
  );

  it.each(['retry', 'ignore', 'fail', 'Proceed', ''])('offers no %j', (answer) => {
    const story = asked();
    story.takes();
    expect(refusal(story, () => story.resolves(answer))).toMatchObject({
      code: 'interruption.answer-not-offered',
      facts: { answers: ['proceed', 'abort'] },
    });
  });

  it('that nobody answers in time times out, taken or not, and not a moment early', () => {
    for (const isTaken of [false, true]) {
      const story = asked({ timeoutMs: 60_000 });
      const { interruption } = story;
      if (isTaken) story.takes();
      story.clock = 59_999;
      expect(story.wakes('Approve')).toEqual([]);
      story.clock = 60_000;
      expect(story.wakes('Approve')).toEqual([
        'StepTimedOut Approve #1 step.timed-out',
        'StepSkipped Deploy earlier-step-failed',
        'StepDispatched Undo #1',
      ]);
      expect(refusal(story, () => story.takes('ada', interruption))).toMatchObject({ code: 'interruption.resolved' });
    }
  });

  it('waits for ever without a time limit', () => {
    const story = asked();
    story.clock = 365 * 24 * 3_600_000;
    expect(story.wakes('Approve')).toEqual([]);
  });

  it('cancelled while it asks, the deployment ends at once and its steps are skipped', () => {
    expect(asked().cancels()).toEqual([
      ...['Approve', 'Deploy', 'Undo'].map((step) => `StepSkipped ${step} deployment-cancelled`),
      'DeploymentCancelled',
    ]);
  });

  it('is nothing that a worker could claim, lose or be offered again', () => {
    const story = asked();
    const lost = { step: 'Approve', attempt: 1, token: 1, cause: { code: 'step.lost', message: 'silent' } };
    const frozen = { steps: [], variables: [], channel: 'default' };
    expect(story.decides({ type: 'LoseAttempt', data: { ...lost, frozen } })).toEqual([]);
    expect(story.decides({ type: 'RedispatchAttempt', data: { step: 'Approve', attempt: 1, token: 1 } })).toEqual([]);
    expect(story.decides({ type: 'ClaimAttempt', data: { step: 'Approve', attempt: 1, token: 1, worker: 'w1' } })).toEqual([]);
    expect(story.state.status).toBe('awaiting-intervention');
  });
});
