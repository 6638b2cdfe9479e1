import type { Reason, RecordedEvent } from '@slipway/kernel';
import type { AttemptRef, DeploymentEvent, DeploymentOpened } from './deployment.events';
import { type AttemptView, type DeploymentView, stepsOf, type StepRunView, type ViewFold } from './deployment-view';

type Recorded = RecordedEvent<DeploymentEvent>;

export function openedView({ data }: RecordedEvent<DeploymentOpened>): DeploymentView {
  const { deployment, project, release, environment, at, expiresAt, priority, failureMode, comment, requestedBy, variablesSnapshot, plan } =
    data;
  const excluded = plan.filter((step) => step.excluded).map((step) => step.name);
  return {
    id: deployment,
    project,
    release,
    environment,
    state: 'scheduled',
    at,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    variablesSnapshot,
    excluded,
    failureMode,
    ...(comment === undefined ? {} : { comment }),
    priority,
    requestedBy,
    steps: stepsOf(plan, excluded),
  };
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
      return { ...fold, cancelledBy: event.metadata.actor, view: { ...view, state: 'cancelling' } };
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
      return { ...fold, end: { state: 'succeeded', finishedAt: at } };
    case 'DeploymentFailed':
      return { ...fold, end: { state: 'failed', finishedAt: at, reason: reason(event, event.data.cause.code, event.data.cause.message) } };
    case 'DeploymentCancelled': {
      const { reason: why, acknowledged } = event.data;
      const message = `Cancelled by ${fold.cancelledBy ?? event.metadata.actor}${why === undefined ? '' : `: ${why}`}.${acknowledged ? '' : ' The worker did not acknowledge it: what its step still did is unknown.'}`;
      return {
        ...fold,
        end: { state: 'cancelled', finishedAt: at, reason: reason(event, 'deployment-cancelled', message, { acknowledged }) },
      };
    }
    case 'DeploymentExpired':
      return {
        ...fold,
        end: {
          state: 'expired',
          finishedAt: at,
          reason: reason(event, 'deployment-expired', `It had not started by ${event.data.expiresAt}.`),
        },
      };
    case 'DeploymentRefused': {
      const { reasons } = event.data;
      const message = reasons.map((one) => one.message).join(' ');
      return {
        ...fold,
        end: { state: 'refused', finishedAt: at, reason: reason(event, reasons[0]?.code ?? 'refused', message, { reasons }) },
      };
    }
    default:
      return event satisfies never;
  }
}

function reason(event: Recorded, code: string, message: string, facts: Reason['facts'] = {}): Reason {
  return { code, message, facts, events: [event.id] };
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
