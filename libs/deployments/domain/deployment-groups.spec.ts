import { LOG, NOT_HERE, planned, SUCCEEDED } from './deployment.fixture';
import { Story } from './deployment-story.fixture';

const beside = { start: 'with-previous' as const };
const tries = (attempts: number, delayMs = 60_000, backoff = 1) => ({ retries: { attempts, delayMs, backoff } });
const at = (seconds: number) => new Date(Date.parse('2026-01-05T08:00:00.000Z') + seconds * 1_000).toISOString();

describe('a parallel group', () => {
  const plan = [planned('Build'), planned('East', beside), planned('West', beside), planned('Check')];

  it('starts together, each step under a token of its own, and ends before anything follows', () => {
    const story = new Story(plan);
    expect(story.starts()).toEqual(['DeploymentStarted', ...['Build', 'East', 'West'].map((step) => `StepDispatched ${step} #1`)]);
    expect(story.out.map((one) => one.kind === 'attempt' && one.token)).toEqual([1, 2, 3]);
    expect(story.succeeds('West')).toEqual(['StepSucceeded West #1']);
    expect(story.succeeds('Build')).toEqual(['StepSucceeded Build #1']);
    expect(story.succeeds('East')).toEqual(['StepSucceeded East #1', 'StepDispatched Check #1']);
    expect(story.out).toMatchObject([{ step: 'Check', token: 4 }]);
  });

  it('leaves out what is excluded, not for here or not wanted, and starts the others', () => {
    const story = new Story([
      planned('Build', { excluded: true }),
      planned('East', { ...beside, skip: NOT_HERE }),
      planned('West', beside),
      planned('Undo', { ...beside, condition: 'failure' }),
      planned('Check'),
    ]);
    expect(story.starts()).toEqual([
      'DeploymentStarted',
      'StepSkipped East not-for-environment',
      'StepDispatched West #1',
      'StepSkipped Undo nothing-failed',
    ]);
    expect(story.succeeds('West')).toEqual(['StepSucceeded West #1', 'StepDispatched Check #1']);
  });

  it('that is empty is passed', () => {
    const story = new Story([planned('East', { skip: NOT_HERE }), planned('West', { ...beside, skip: NOT_HERE }), planned('Check')]);
    expect(story.starts().at(-1)).toBe('StepDispatched Check #1');
  });

  it('with a failure runs to its end before the next steps are skipped', () => {
    const story = new Story(plan);
    story.starts();
    expect(story.fails('East')).toEqual(['StepFailed East #1 step.failed']);
    expect(story.succeeds('Build')).toEqual(['StepSucceeded Build #1']);
    expect(story.succeeds('West')).toEqual([
      'StepSucceeded West #1',
      'StepSkipped Check earlier-step-failed',
      'DeploymentFailed step.failed',
    ]);
  });

  it('with two failures raises their interruptions one at a time, in the order of the steps, once all have ended', () => {
    const story = new Story(plan, { failureMode: 'guided' });
    story.starts();
    expect(story.fails('West')).toEqual(['StepFailed West #1 step.failed']);
    expect(story.fails('Build')).toEqual(['StepFailed Build #1 step.failed']);
    expect(story.succeeds('East')).toEqual(['StepSucceeded East #1', 'InterruptionRaised Build #1']);
    expect(story.answers('ignore')).toEqual(['InterruptionResolved Build ignore', 'InterruptionRaised West #1']);
    expect(story.answers('retry')).toEqual(['InterruptionResolved West retry', 'StepDispatched West #2']);
    expect(story.out).toMatchObject([{ token: 4 }]);
    expect(story.succeeds('West')).toEqual(['StepSucceeded West #2', 'StepDispatched Check #1']);
    expect(story.succeeds('Check')).toEqual(['StepSucceeded Check #1', 'DeploymentSucceeded with warnings']);
  });

  it('whose retried step fails again asks about it before the failures behind it', () => {
    const story = new Story(plan, { failureMode: 'guided' });
    story.starts();
    for (const step of ['West', 'Build', 'East']) story.fails(step);
    expect(story.answers('retry')).toEqual(['InterruptionResolved Build retry', 'StepDispatched Build #2']);
    expect(story.fails('Build')).toEqual(['StepFailed Build #2 step.failed', 'InterruptionRaised Build #2']);
    expect(story.answers('ignore').at(-1)).toBe('InterruptionRaised East #1');
    expect(story.answers('fail').at(-1)).toBe('InterruptionRaised West #1');
    expect(story.answers('ignore')).toEqual([
      'InterruptionResolved West ignore',
      'StepSkipped Check earlier-step-failed',
      'DeploymentFailed step.failed',
    ]);
    expect(story.events.at(-1)).toMatchObject({ data: { cause: { message: 'Step East: exit code 1' } } });
  });

  it('tries one step again while the others run on, and waits for it', () => {
    const story = new Story([planned('East', tries(2)), planned('West', beside), planned('Check')]);
    story.starts();
    expect(story.fails('East')).toEqual(['StepFailed East #1 step.failed', `StepRetryPlanned East #2 ${at(60)}`]);
    expect(story.succeeds('West')).toEqual(['StepSucceeded West #1']);
    story.clock = 60_000;
    expect(story.wakes('East')).toEqual(['StepDispatched East #2']);
    expect(story.succeeds('East')).toEqual(['StepSucceeded East #2', 'StepDispatched Check #1']);
  });

  it('gives each attempt its own worker: what one says is nothing to the others', () => {
    const story = new Story(plan);
    story.starts();
    expect(story.claims('Build', 'w1')).toEqual(['StepStarted Build #1']);
    expect(story.claims('East', 'w2')).toEqual(['StepStarted East #1']);
    expect(story.ends('East', SUCCEEDED, 'w1')).toEqual(['LateProgressRecorded East #1']);
    expect(story.loses('Build')).toEqual(['StepLost Build #1 step.lost']);
    expect(story.ends('East', SUCCEEDED, 'w2')).toEqual(['StepSucceeded East #1']);
  });

  it('that is cancelled asks every worker that runs one of its steps, and ends with the last word', () => {
    const story = new Story(plan);
    story.starts();
    story.claims('Build', 'w1');
    story.claims('East', 'w2');
    expect(story.cancels()).toEqual(['CancelRequested']);
    expect(story.events.at(-1)).toMatchObject({
      data: {
        attempts: [
          { step: 'Build', token: 1 },
          { step: 'East', token: 2 },
        ],
      },
    });
    expect(story.ends('East', { kind: 'cancelled', ...LOG }, 'w2')).toEqual(['StepFailed East #1 step.cancelled']);
    expect(story.ends('Build', SUCCEEDED, 'w1')).toEqual([
      'StepSucceeded Build #1',
      'StepSkipped West deployment-cancelled',
      'StepSkipped Check deployment-cancelled',
      'DeploymentCancelled',
    ]);
    expect(story.events.at(-1)).toMatchObject({ data: { acknowledged: true } });
  });

  it('that is cancelled and half of it silent ends unacknowledged after a lease', () => {
    const story = new Story(plan);
    story.starts();
    for (const step of ['Build', 'East']) story.claims(step);
    story.cancels();
    story.ends('East', { kind: 'cancelled', ...LOG });
    story.clock = 29_999;
    expect(story.cancelExpires()).toEqual([]);
    story.clock = 30_000;
    expect(story.cancelExpires()).toEqual([
      'StepLost Build #1 step.cancel-unanswered',
      'StepSkipped West deployment-cancelled',
      'StepSkipped Check deployment-cancelled',
      'DeploymentCancelled',
    ]);
    expect(story.events.at(-1)).toMatchObject({ data: { acknowledged: false } });
  });
});
