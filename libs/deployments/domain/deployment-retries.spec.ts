import { LOG, planned, SUCCEEDED } from './deployment.fixture';
import { Story } from './deployment-story.fixture';

const tries = (attempts: number, delayMs = 60_000, backoff = 1) => ({ retries: { attempts, delayMs, backoff } });
const at = (seconds: number) => new Date(Date.parse('2026-01-05T08:00:00.000Z') + seconds * 1_000).toISOString();

describe('a step that is tried again', () => {
  const one = (retries: ReturnType<typeof tries>, failureMode: 'fail' | 'guided' = 'fail') => {
    const story = new Story([planned('Build', retries), planned('Deploy')], { failureMode });
    story.starts();
    return story;
  };

  it('waits for its delay, holding no worker, and not a moment less', () => {
    const story = one(tries(2));
    expect(story.fails('Build')).toEqual(['StepFailed Build #1 step.failed', `StepRetryPlanned Build #2 ${at(60)}`]);
    expect(story.out).toEqual([{ kind: 'retry', step: 'Build', attempt: 2, at: at(60) }]);
    story.clock = 59_999;
    expect(story.wakes('Build')).toEqual([]);
    story.clock = 60_000;
    expect(story.wakes('Build')).toEqual(['StepDispatched Build #2']);
    expect(story.wakes('Build')).toEqual([]);
    expect(story.succeeds('Build')).toEqual(['StepSucceeded Build #2', 'StepDispatched Deploy #1']);
  });

  it('waits longer each time by its backoff, and at most a day', () => {
    const story = one(tries(5, 3_600_000, 5));
    const waits: number[] = [];
    for (let number = 1; number < 5; number += 1) {
      const [, planned] = story.fails('Build');
      const until = Date.parse(planned!.split(' ').at(-1)!);
      waits.push((until - Date.parse(at(0)) - story.clock) / 3_600_000);
      story.clock = until - Date.parse(at(0));
      story.wakes('Build');
    }
    expect(waits).toEqual([1, 5, 24, 24]);
  });

  it('starts at once without a delay', () => {
    expect(one(tries(2, 0)).fails('Build')).toEqual(['StepFailed Build #1 step.failed', 'StepDispatched Build #2']);
  });

  it('fails when all its tries did: `attempts` counts all of them', () => {
    const story = one(tries(3, 0));
    story.fails('Build');
    story.fails('Build');
    expect(story.fails('Build')).toEqual([
      'StepFailed Build #3 step.failed',
      'StepSkipped Deploy earlier-step-failed',
      'DeploymentFailed step.failed',
    ]);
  });

  it('asks a person when all its tries failed, and one try at a time from then on', () => {
    const story = one(tries(2, 0), 'guided');
    story.fails('Build');
    expect(story.fails('Build')).toEqual(['StepFailed Build #2 step.failed', 'InterruptionRaised Build #2']);
    expect(story.answers('retry')).toEqual(['InterruptionResolved Build retry', 'StepDispatched Build #3']);
    expect(story.fails('Build')).toEqual(['StepFailed Build #3 step.failed', 'InterruptionRaised Build #3']);
  });

  it.each<[string, (story: Story) => string[], string]>([
    ['lost', (story) => (story.claims('Build'), story.loses('Build')), 'StepLost Build #1 step.lost'],
    ['lost by its worker', (story) => story.runs('Build', { kind: 'lost', error: 'killed' }), 'StepLost Build #1 step.lost'],
    ['timed out', (story) => story.runs('Build', { kind: 'timed-out', error: 'slow', ...LOG }), 'StepTimedOut Build #1 step.timed-out'],
    ['never composed', (story) => story.cannotCompose('Build'), 'StepFailed Build #1 task.x'],
  ])('when it was %s too: tries left, the next one; else a person where failures are guided; else it fails', (_how, ends, event) => {
    expect(ends(one(tries(2)))).toEqual([event, `StepRetryPlanned Build #2 ${at(60)}`]);
    expect(ends(one(tries(1), 'guided'))).toEqual([event, 'InterruptionRaised Build #1']);
    expect(ends(one(tries(1)))).toEqual([event, 'StepSkipped Deploy earlier-step-failed', expect.stringContaining('DeploymentFailed')]);
  });

  it('is not, once the deployment is cancelled', () => {
    const story = one(tries(2, 0));
    story.claims('Build');
    story.cancels();
    expect(story.ends('Build', { kind: 'lost', error: 'killed' })).toEqual([
      'StepLost Build #1 step.lost',
      'StepSkipped Deploy deployment-cancelled',
      'DeploymentCancelled',
    ]);
  });

  it('records the word of an earlier try as late, and goes back on nothing', () => {
    const story = one(tries(2, 0));
    story.claims('Build');
    const first = { step: 'Build', attempt: 1, token: 1, worker: 'w1', outcome: SUCCEEDED };
    story.loses('Build');
    const frozen = { steps: [], variables: [], channel: 'default' };
    expect(story.decides({ type: 'ReportAttempt', data: { ...first, frozen } })).toEqual(['LateProgressRecorded Build #1']);
    expect(story.decides({ type: 'ReportAttempt', data: { ...first, frozen } })).toEqual([]);
    expect(story.out).toMatchObject([{ kind: 'attempt', attempt: 2, token: 2 }]);
  });
});
