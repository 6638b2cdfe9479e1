import type { Reason, RecordedEvent } from '@slipway/kernel';
import { scheduledDeployment } from '@slipway/releases/contract';
import type { AttemptRef, DeploymentEnded, DeploymentEvent, DeploymentOpened } from './deployment.events';
import { endCause } from './end-cause';
import { type AttemptView, type DeploymentView, type StepRunView, type ViewFold } from './deployment-view';

type Recorded = RecordedEvent<DeploymentEvent>;

export function openedView({ data }: RecordedEvent<DeploymentOpened>): DeploymentView {
  const excluded = data.plan.filter((step) => step.excluded).map((step) => step.name);
  return scheduledDeployment({ ...data, version: data.release, excluded }, data.requestedBy, data.plan);
}

/** What an event of the deployment's stream makes of its view. */
export function evolveView(fold: ViewFold, event: Recorded): ViewFold {
  const { view } = fold;
  const { at } = event.metadata;
  switch (event.type) {
    case 'DeploymentOpened':
      return { ...fold, view: openedView(event) };
    case 'DeploymentQueued':
      return { ...fold, view: { ...view, state: 'queued', queuedAt: at } };
    case 'DeploymentStarted':
      return { ...fold, view: { ...view, state: 'executing', startedAt: at } };
    case 'DeploymentCancelRequested':
      return { ...fold, view: { ...view, state: 'cancelling' } };
    case 'LateProgressRecorded':
      return fold;
    case 'StepSkipped':
      return { ...fold, view: withStep(view, event.data.step, (step) => skipped(step, event.data.reason, at)) };
    case 'StepDispatched':
    case 'StepStarted':
    case 'StepSucceeded':
    case 'StepFailed':
    case 'StepTimedOut':
    case 'StepLost':
      return { ...fold, view: withStep(view, event.data.step, (step) => withAttempt(step, event)) };
    case 'DeploymentSucceeded':
      return ended(fold, event, 'succeeded');
    case 'DeploymentFailed':
      return ended(fold, event, 'failed');
    case 'DeploymentCancelled':
      return ended(fold, event, 'cancelled', { acknowledged: event.data.acknowledged });
    case 'DeploymentExpired':
      return ended(fold, event, 'expired', { expiresAt: event.data.expiresAt });
    case 'DeploymentRefused':
      return ended(fold, event, 'refused', { reasons: event.data.reasons });
    default:
      return event satisfies never;
  }
}

function ended(fold: ViewFold, event: RecordedEvent<DeploymentEnded>, state: string, facts: Reason['facts'] = {}): ViewFold {
  const cause = endCause(event);
  const reason = cause && { code: cause.code, message: cause.message, facts, events: [event.id] };
  return { ...fold, end: { state, finishedAt: event.metadata.at, ...(reason ? { reason } : {}) } };
}

function withStep(view: DeploymentView, name: string, change: (step: StepRunView) => StepRunView): DeploymentView {
  return { ...view, steps: view.steps.map((step) => (step.name === name ? change(step) : step)) };
}

/** An attempt that nobody had claimed is over with its step. */
function skipped(step: StepRunView, reason: Reason, at: string): StepRunView {
  const attempts = step.attempts.map((one) => (one.state === 'dispatched' ? { ...one, state: 'skipped' as const, finishedAt: at } : one));
  return { ...step, state: 'skipped', reason, attempts };
}

type AttemptEvent = Extract<Recorded, { data: AttemptRef }>;

function withAttempt(step: StepRunView, event: AttemptEvent): StepRunView {
  const { attempt: number, token } = event.data;
  const before = step.attempts.find((one) => one.number === number) ?? { number, token, pool: '', state: 'dispatched' as const };
  const after = attemptAfter({ ...before, token }, event);
  const attempts = [...step.attempts.filter((one) => one.number !== number), after];
  const outputs = event.type === 'StepSucceeded' || event.type === 'StepFailed' ? event.data.outputs : step.outputs;
  return { ...step, state: after.state, attempts, outputs };
}

function attemptAfter(attempt: AttemptView, event: AttemptEvent): AttemptView {
  const { at } = event.metadata;
  switch (event.type) {
    case 'StepDispatched':
      return { number: attempt.number, token: attempt.token, pool: event.data.pool, state: 'dispatched' };
    case 'StepStarted':
      return { ...attempt, state: 'running', startedAt: at, worker: event.data.worker };
    case 'StepSucceeded':
      return { ...attempt, state: 'succeeded', finishedAt: at, ...exit(event.data), log: event.data.log };
    case 'StepFailed':
      return {
        ...attempt,
        state: 'failed',
        finishedAt: at,
        ...exit(event.data),
        error: event.data.cause,
        ...(event.data.log ? { log: event.data.log } : {}),
      };
    case 'StepTimedOut':
      return { ...attempt, state: 'timed-out', finishedAt: at, error: event.data.cause, log: event.data.log };
    case 'StepLost':
      return { ...attempt, state: 'lost', finishedAt: at, error: event.data.cause };
    case 'LateProgressRecorded':
    case 'DeploymentCancelRequested':
      return attempt;
    default:
      return event satisfies never;
  }
}

function exit({ exitCode }: { exitCode?: number }): { exitCode?: number } {
  return exitCode === undefined ? {} : { exitCode };
}
