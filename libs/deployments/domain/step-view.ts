import { defined, type Reason, type Recorded } from '@slipway/kernel';
import type { AttemptView, StepRunState, StepRunView } from './deployment-view';
import type { DeploymentEvent } from './deployment.events';

/** Events about one step of a deployment. */
type StepEvent = Exclude<Extract<Recorded<DeploymentEvent>, { data: { step: string } }>, { type: 'LateProgressRecorded' }>;

/** What an event makes of the step that it is about. */
export function stepAfter(step: StepRunView, event: StepEvent): StepRunView {
  const { at } = event.metadata;
  switch (event.type) {
    case 'StepDispatched':
      return withAttempt(step, { ...numbered(event.data), pool: event.data.pool, state: 'dispatched' }, waits(step, event));
    case 'StepStarted':
      return withAttempt(step, { ...last(step, event.data), state: 'running', startedAt: at, worker: event.data.worker });
    case 'StepDelayed':
      return withAttempt(step, { ...numbered(event.data), state: 'running', startedAt: at }, waits(step, event));
    case 'ChildDeploymentRequested':
      return withAttempt(step, { ...numbered(event.data), state: 'running', startedAt: at }, waits(step, event));
    case 'ChildDeploymentScheduled':
      return { ...step, reason: waits(step, event) };
    case 'StepSucceeded': {
      const { exitCode, log, outputs } = event.data;
      const over = { ...last(step, event.data), state: 'succeeded' as const, finishedAt: at };
      return { ...withAttempt(step, defined({ ...over, exitCode, log })), outputs };
    }
    case 'StepFailed': {
      const { exitCode, log, outputs, cause } = event.data;
      const over = { ...last(step, event.data), state: 'failed' as const, finishedAt: at, error: cause };
      return { ...withAttempt(step, defined({ ...over, exitCode, log })), outputs };
    }
    case 'StepTimedOut': {
      const { log, cause } = event.data;
      return withAttempt(step, defined({ ...last(step, event.data), state: 'timed-out' as const, finishedAt: at, error: cause, log }));
    }
    case 'StepLost':
      return withAttempt(step, { ...last(step, event.data), state: 'lost', finishedAt: at, error: event.data.cause });
    case 'StepRetryPlanned':
      return { ...step, state: 'pending', reason: waits(step, event) };
    case 'StepSkipped':
      return skipped(step, event.data.reason, at);
    case 'InterruptionRaised':
      if (event.data.kind === 'guided-failure') return { ...step, reason: waits(step, event) };
      return withAttempt(step, { ...numbered(event.data), state: 'running', startedAt: at }, waits(step, event));
    case 'InterruptionTaken':
      return { ...step, reason: waits(step, event) };
    case 'InterruptionResolved':
      return answered(step, event);
    default:
      return event satisfies never;
  }
}

function numbered({ attempt: number, token }: { attempt: number; token: number }): { number: number; token: number } {
  return { number, token };
}

/** The attempt as it stands; one that ends without having begun (a condition that cannot be judged) begins and ends at once. */
function last(step: StepRunView, { attempt, token }: { attempt: number; token: number }): AttemptView {
  const known = step.attempts.find((one) => one.number === attempt);
  return known ? { ...known, token } : { number: attempt, token, state: 'dispatched' };
}

/** The step is as its newest attempt is; `reason`: what it waits for meanwhile. */
function withAttempt(step: StepRunView, attempt: AttemptView, reason?: Reason): StepRunView {
  const { reason: _, ...rest } = step;
  const attempts = [...step.attempts.filter((one) => one.number !== attempt.number), attempt];
  return { ...rest, state: attempt.state, attempts, ...(reason ? { reason } : {}) };
}

/** An attempt that nobody had claimed, or that only waited, is over with its step. */
function skipped(step: StepRunView, reason: Reason, at: string): StepRunView {
  const over = (state: StepRunState) => state === 'dispatched' || state === 'running';
  const attempts = step.attempts.map((one) => (over(one.state) ? { ...one, state: 'skipped' as const, finishedAt: at } : one));
  return { ...step, state: 'skipped', reason, attempts };
}

type Waiting = Extract<
  StepEvent,
  {
    type:
      | 'StepDispatched'
      | 'StepDelayed'
      | 'ChildDeploymentRequested'
      | 'ChildDeploymentScheduled'
      | 'StepRetryPlanned'
      | 'InterruptionRaised'
      | 'InterruptionTaken';
  }
>;

function waits({ name }: StepRunView, event: Waiting): Reason {
  const events = [event.id];
  switch (event.type) {
    case 'StepDispatched': {
      const { pool } = event.data;
      const message = `Step ${name} waits for a free worker of pool ${pool}.`;
      return { code: 'worker-awaited', message, facts: { step: name, pool }, events };
    }
    case 'StepDelayed': {
      const { until } = event.data;
      return { code: 'delay', message: `Step ${name} waits until ${until}.`, facts: { step: name, until }, events, notBefore: until };
    }
    case 'StepRetryPlanned': {
      const { attempt, at } = event.data;
      const message = `Step ${name} failed; try ${attempt} begins at ${at}.`;
      return { code: 'retry-planned', message, facts: { step: name, attempt, at }, events, notBefore: at };
    }
    case 'ChildDeploymentRequested':
    case 'ChildDeploymentScheduled': {
      const { child } = event.data;
      const message = `Step ${name} waits for the deployment of ${child.project} ${child.version} to ${child.environment}.`;
      return { code: 'child-deployment', message, facts: { step: name, ...child }, events };
    }
    case 'InterruptionRaised': {
      const { interruption, kind, answers, responsible, deadline, cause } = event.data;
      const whom = responsible === undefined ? 'a person' : responsible;
      const why = cause ? `failed (${cause.message}): ${whom} is asked` : `asks ${whom}`;
      const message = `Step ${name} ${why}; answers: ${answers.join(', ')}. Nobody has taken it yet.`;
      return {
        code: 'interruption-open',
        message,
        facts: defined({ step: name, interruption, kind, answers, responsible, deadline }),
        events,
      };
    }
    case 'InterruptionTaken': {
      const { interruption, by } = event.data;
      const message = `Step ${name} waits for the answer of ${by}, who took it.`;
      return { code: 'interruption-taken', message, facts: { step: name, interruption, takenBy: by }, events };
    }
    default:
      return event satisfies never;
  }
}

/** Nobody is asked about the step any more. */
export function unasked(step: StepRunView): StepRunView {
  const { reason, ...rest } = step;
  return reason?.code.startsWith('interruption-') ? rest : step;
}

function answered(step: StepRunView, { id, data }: Extract<StepEvent, { type: 'InterruptionResolved' }>): StepRunView {
  const { reason: _, ...rest } = step;
  if (data.answer !== 'ignore') return rest;
  const message = `Its failure was ignored by ${data.by}${data.notes === undefined ? '' : `: ${data.notes}`}.`;
  return { ...rest, reason: { code: 'failure-ignored', message, facts: { by: data.by }, events: [id] } };
}
