import { recorded } from '@slipway/kernel/testing';
import { decided, type StepRunView, type ViewFold } from './deployment-view';
import { planned } from './deployment.fixture';
import { Story } from './deployment-story.fixture';
import { evolveView, openedView } from './evolve-view';

function started(...args: ConstructorParameters<typeof Story>): Story {
  const story = new Story(...args);
  story.starts();
  return story;
}

function first({ events }: Story): StepRunView {
  const [opened, ...rest] = recorded(events);
  if (opened?.type !== 'DeploymentOpened') throw new Error('a history begins with DeploymentOpened');
  const [step] = decided(rest.reduce<ViewFold>(evolveView, { view: openedView(opened) })).steps;
  if (!step) throw new Error('there are no steps');
  return step;
}

describe('a step as it is shown', () => {
  it('that waits for a time says until when, and was at it from then on', () => {
    const story = started([planned('Soak', { type: 'delay' })]);
    expect(first(story)).toMatchObject({
      ...{ state: 'running', attempts: [{ number: 1, state: 'running', startedAt: '2026-01-05T08:00:00.000Z' }] },
      reason: { code: 'delay', facts: { until: '2026-01-05T08:10:00.000Z' }, notBefore: '2026-01-05T08:10:00.000Z', events: ['event-4'] },
    });
    story.clock = 600_000;
    story.wakes('Soak');
    expect(first(story)).toMatchObject({ state: 'succeeded', attempts: [{ state: 'succeeded' }] });
    expect(first(story)).not.toHaveProperty('reason');
  });

  it('that is to be tried again is pending until then, with the failure of its first try', () => {
    const story = started([planned('Build', { retries: { attempts: 2, delayMs: 60_000, backoff: 1 } })]);
    story.fails('Build');
    expect(first(story)).toMatchObject({
      ...{ state: 'pending', attempts: [{ number: 1, state: 'failed', error: { code: 'step.failed' }, exitCode: 1 }] },
      reason: { code: 'retry-planned', facts: { attempt: 2 }, notBefore: '2026-01-05T08:01:00.000Z' },
    });
    story.clock = 60_000;
    story.wakes('Build');
    expect(first(story)).toMatchObject({ state: 'dispatched', attempts: [{ number: 1 }, { number: 2, state: 'dispatched' }] });
    expect(first(story).reason).toMatchObject({ code: 'worker-awaited', events: [expect.any(String)] });
  });

  it('that deploys another project says which release, and which deployment once there is one', () => {
    const story = started([planned('Api', { type: 'deploy-release' })]);
    expect(first(story).reason).toMatchObject({ code: 'child-deployment', facts: { project: 'api', version: 'latest' } });
    story.schedulesChild('Api');
    expect(first(story).reason).toMatchObject({ code: 'child-deployment', facts: { version: '2.0.0', deployment: 'd2' } });
    story.childEnds('Api', 'failed');
    expect(first(story)).toMatchObject({ state: 'failed', outputs: { Deployment: 'd2' }, attempts: [{ error: { code: 'child.failed' } }] });
  });

  it('that asks a person says whom, what may be answered, who took it, and what came of it', () => {
    const story = started([planned('Approve', { type: 'manual-intervention' })]);
    expect(first(story)).toMatchObject({
      state: 'running',
      reason: {
        code: 'interruption-open',
        facts: { kind: 'manual-intervention', responsible: 'operations', answers: ['proceed', 'abort'] },
      },
    });
    story.takes('bob');
    expect(first(story).reason).toMatchObject({ code: 'interruption-taken', facts: { takenBy: 'bob' } });
    story.resolves('proceed', {}, 'bob');
    expect(first(story)).toMatchObject({ state: 'succeeded', outputs: { 'Manual.ResponsibleUser': 'bob' } });
    expect(first(story)).not.toHaveProperty('reason');
  });

  it('whose failure was ignored stays failed, and says who ignored it and why', () => {
    const story = started([planned('Build')], { failureMode: 'guided' });
    story.fails('Build');
    story.answers('ignore', { notes: 'known' });
    expect(first(story)).toMatchObject({
      ...{ state: 'failed', reason: { code: 'failure-ignored', message: 'Its failure was ignored by ada: known.', facts: { by: 'ada' } } },
    });
  });

  it('asks nobody any more once the deployment is cancelled', () => {
    const failed = started([planned('Build')], { failureMode: 'guided' });
    failed.fails('Build');
    failed.takes();
    failed.cancels();
    expect(first(failed)).toMatchObject({ state: 'failed' });
    expect(first(failed)).not.toHaveProperty('reason');
    const asking = started([planned('Approve', { type: 'manual-intervention' })]);
    asking.cancels();
    expect(first(asking)).toMatchObject({ state: 'skipped', reason: { code: 'deployment-cancelled' }, attempts: [{ state: 'skipped' }] });
  });

  it('whose condition could not be judged failed with a try that never began', () => {
    const variables = [{ name: 'Loop', value: '#{Loop}', scope: {} }];
    const story = started([planned('Build', { condition: { expression: '#{Loop}' } })], { variables });
    expect(first(story)).toMatchObject({
      state: 'failed',
      attempts: [{ number: 1, state: 'failed', finishedAt: expect.any(String) as string }],
    });
    expect(first(story).attempts[0]).not.toHaveProperty('startedAt');
  });
});
