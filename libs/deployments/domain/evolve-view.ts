import type { Reason, RecordedEvent } from '@slipway/kernel';
import { scheduledDeployment } from '@slipway/releases/contract';
import type { DeploymentEnded, DeploymentEvent, DeploymentOpened } from './deployment.events';
import { endCause } from './end-cause';
import type { DeploymentView, StepRunView, ViewFold } from './deployment-view';
import { stepAfter, unasked } from './step-view';

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
    case 'CancelRequested':
      return { ...fold, view: { ...view, state: 'cancelling' } };
    case 'LateProgressRecorded':
      return fold;
    case 'InterruptionRaised':
      return stepped({ ...view, state: 'awaiting-intervention' }, fold, event);
    case 'InterruptionResolved':
      return stepped({ ...view, state: 'executing' }, fold, event);
    case 'StepTimedOut':
      // Of a manual intervention: nobody is asked any more.
      return stepped(view.state === 'awaiting-intervention' ? { ...view, state: 'executing' } : view, fold, event);
    case 'InterruptionTaken':
    case 'StepSkipped':
    case 'StepDispatched':
    case 'StepStarted':
    case 'StepDelayed':
    case 'ChildDeploymentRequested':
    case 'ChildDeploymentScheduled':
    case 'StepRetryPlanned':
    case 'StepSucceeded':
    case 'StepFailed':
    case 'StepLost':
      return stepped(view, fold, event);
    case 'DeploymentSucceeded':
      return ended(fold, event, 'succeeded');
    case 'DeploymentFailed':
      return ended(fold, event, 'failed');
    case 'DeploymentCancelled':
      return ended({ ...fold, view: { ...view, steps: view.steps.map(unasked) } }, event, 'cancelled', {
        acknowledged: event.data.acknowledged,
        ...superseding(event.data),
      });
    case 'DeploymentExpired':
      return ended(fold, event, 'expired', { expiresAt: event.data.expiresAt });
    case 'DeploymentRefused':
      return ended(fold, event, 'refused', { reasons: event.data.reasons });
    default:
      return event satisfies never;
  }
}

/** The same from the beginning of the stream on: there is none before it opens. */
export function viewAfter(before: ViewFold | undefined, event: Recorded): ViewFold | undefined {
  if (before) return evolveView(before, event);
  return event.type === 'DeploymentOpened' ? { view: openedView(event) } : undefined;
}

function superseding({ supersededBy }: { supersededBy?: string }): { supersededBy?: string } {
  return supersededBy === undefined ? {} : { supersededBy };
}

function ended(fold: ViewFold, event: RecordedEvent<DeploymentEnded>, state: string, facts: Reason['facts'] = {}): ViewFold {
  const cause = endCause(event);
  const reason = cause && { code: cause.code, message: cause.message, facts, events: [event.id] };
  const warned = event.type === 'DeploymentSucceeded' && event.data.withWarnings ? { withWarnings: true } : {};
  return { ...fold, end: { state, finishedAt: event.metadata.at, ...warned, ...(reason ? { reason } : {}) } };
}

function stepped(view: DeploymentView, fold: ViewFold, event: Parameters<typeof stepAfter>[1]): ViewFold {
  const change = (step: StepRunView): StepRunView => (step.name === event.data.step ? stepAfter(step, event) : step);
  return { ...fold, view: { ...view, steps: view.steps.map(change) } };
}
