import { CHILD, planned } from './deployment.fixture';
import { Story } from './deployment-story.fixture';

const CHILD_STEP = { type: 'deploy-release' };
const LATER = 'StepDispatched Deploy #1';

function begun(first: Parameters<typeof planned>[1], failureMode: 'fail' | 'guided' = 'fail'): Story {
  const story = new Story([planned('First', first), planned('Deploy')], { failureMode });
  story.starts();
  return story;
}

describe('a step that waits for a time', () => {
  it('waits from its beginning on, and holds no worker', () => {
    const story = new Story([planned('First', { type: 'delay' }), planned('Deploy')]);
    expect(story.starts()).toEqual(['DeploymentStarted', 'StepDelayed First #1 2026-01-05T08:10:00.000Z']);
    expect(story.out).toEqual([{ kind: 'delay', step: 'First', attempt: 1, token: 1, until: '2026-01-05T08:10:00.000Z' }]);
  });

  it('succeeds when its time is over, once, and not a moment early', () => {
    const story = begun({ type: 'delay' });
    story.clock = 599_999;
    expect(story.wakes('First')).toEqual([]);
    story.clock = 600_000;
    expect(story.wakes('First')).toEqual(['StepSucceeded First #1', LATER]);
    expect(story.wakes('First')).toEqual([]);
  });

  it('beside others holds the group up until both are done', () => {
    const story = new Story([planned('First', { type: 'delay' }), planned('Beside', { start: 'with-previous' }), planned('Deploy')]);
    expect(story.starts().slice(1)).toEqual(['StepDelayed First #1 2026-01-05T08:10:00.000Z', 'StepDispatched Beside #1']);
    expect(story.succeeds('Beside')).toEqual(['StepSucceeded Beside #1']);
    story.clock = 600_000;
    expect(story.wakes('First')).toEqual(['StepSucceeded First #1', LATER]);
  });

  it('is over at once when the deployment is cancelled', () => {
    expect(begun({ type: 'delay' }).cancels()).toEqual([
      'StepSkipped First deployment-cancelled',
      'StepSkipped Deploy deployment-cancelled',
      'DeploymentCancelled',
    ]);
  });
});

describe('a step that deploys another project', () => {
  it('asks for the latest release, to the same environment, and says on whose behalf', () => {
    const story = begun(CHILD_STEP);
    expect(story.events.at(-1)).toMatchObject({
      type: 'ChildDeploymentRequested',
      data: { token: 1, child: { project: 'api', version: 'latest', environment: 'staging' }, ancestors: ['shop'] },
    });
    expect(story.events.at(-1)?.data).not.toHaveProperty('deadline');
  });

  it('that was asked for by another one itself names them all', () => {
    const parent = { deployment: 'd0', step: 'Shop', attempt: 1, token: 1, ancestors: ['suite'] };
    const story = new Story([planned('First', CHILD_STEP)], { parent });
    story.starts();
    expect(story.events.at(-1)?.data).toMatchObject({ ancestors: ['suite', 'shop'] });
  });

  it('notes once which deployment it waits for, and keeps waiting', () => {
    const story = begun(CHILD_STEP);
    expect(story.schedulesChild('First')).toEqual(['ChildDeploymentScheduled First #1']);
    expect(story.schedulesChild('First')).toEqual([]);
    expect(story.state).toMatchObject({ status: 'executing', children: [{ step: 'First', token: 1, deployment: 'd2' }] });
  });

  it('succeeds with the other one, and tells later steps which it was', () => {
    const story = begun(CHILD_STEP);
    story.schedulesChild('First');
    expect(story.childEnds('First', 'succeeded')).toEqual(['StepSucceeded First #1', LATER]);
    expect(story.state).toMatchObject({ outputs: { First: { Deployment: 'd2', Release: '2.0.0' } } });
  });

  it('succeeds even if the end is told before the beginning was noted', () => {
    const story = begun(CHILD_STEP);
    expect(story.childEnds('First', 'succeeded')).toEqual(['StepSucceeded First #1', LATER]);
    expect(story.decides({ type: 'NoteChild', data: { token: 1, child: CHILD } })).toEqual([]);
  });

  it.each(['failed', 'cancelled', 'expired', 'refused'] as const)('fails when the other one %s, with its reason', (outcome) => {
    const story = begun(CHILD_STEP);
    story.schedulesChild('First');
    expect(story.childEnds('First', outcome)).toEqual([
      `StepFailed First #1 child.${outcome}`,
      'StepSkipped Deploy earlier-step-failed',
      `DeploymentFailed child.${outcome}`,
    ]);
    expect(story.events.at(-3)).toMatchObject({ data: { cause: { message: `deployment d2 of api 2.0.0 ended ${outcome}: exit code 1` } } });
  });

  it('fails when the other one cannot be scheduled; a person may be asked, and asks for it anew', () => {
    const story = begun(CHILD_STEP, 'guided');
    expect(story.cannotCompose('First')).toEqual(['StepFailed First #1 task.x', 'InterruptionRaised First #1']);
    expect(story.answers('retry')).toEqual(['InterruptionResolved First retry', 'ChildDeploymentRequested First #2']);
    expect(story.childEnds('First', 'succeeded')).toEqual(['StepSucceeded First #2', LATER]);
  });

  it('is tried again with another deployment where tries are left; the first one’s end is nothing to it', () => {
    const story = begun({ ...CHILD_STEP, retries: { attempts: 2, delayMs: 0, backoff: 1 } });
    story.schedulesChild('First');
    expect(story.childEnds('First', 'failed')).toEqual(['StepFailed First #1 child.failed', 'ChildDeploymentRequested First #2']);
    const frozen = { steps: [], variables: [], channel: 'default' };
    expect(story.decides({ type: 'ReportChild', data: { token: 1, child: CHILD, outcome: 'succeeded', frozen } })).toEqual([]);
    expect(story.childEnds('First', 'succeeded')).toEqual(['StepSucceeded First #2', LATER]);
  });

  it('waits no longer than its time limit', () => {
    const story = begun({ ...CHILD_STEP, timeoutMs: 60_000 });
    story.schedulesChild('First');
    story.clock = 59_999;
    expect(story.wakes('First')).toEqual([]);
    story.clock = 60_000;
    expect(story.wakes('First')[0]).toBe('StepTimedOut First #1 step.timed-out');
    expect(story.state.status).toBe('failed');
  });

  it('cancelled, waits until the other one has ended', () => {
    const story = begun(CHILD_STEP);
    story.schedulesChild('First');
    expect(story.cancels()).toEqual(['CancelRequested']);
    expect(story.childEnds('First', 'cancelled')).toEqual([
      'StepFailed First #1 child.cancelled',
      'StepSkipped Deploy deployment-cancelled',
      'DeploymentCancelled',
    ]);
    expect(story.events.at(-1)).toMatchObject({ data: { acknowledged: true } });
  });

  it('cancelled before the other one was scheduled ends when that is known not to come', () => {
    const story = begun(CHILD_STEP);
    story.cancels();
    expect(story.cannotCompose('First').at(-1)).toBe('DeploymentCancelled');
  });

  it('is no attempt of a worker: none can claim, lose or end it', () => {
    const story = begun(CHILD_STEP);
    expect(story.claims('First')).toEqual([]);
    expect(story.loses('First')).toEqual([]);
    expect(story.ends('First', { kind: 'returned', error: 'x' })).toEqual([]);
    expect(story.out).toMatchObject([{ kind: 'child' }]);
  });
});
