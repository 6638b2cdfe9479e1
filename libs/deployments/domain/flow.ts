import { type Reason, timeAfter } from '@slipway/kernel';
import { begin } from './begin';
import { type Executing, type KnownDeployment, refOf } from './deployment';
import type { AttemptEnded, DeploymentEvent, PlannedStep } from './deployment.events';
import { applied } from './evolve-deployment';
import { afterFailure } from './failure';
import type { Surroundings } from './frozen';
import { groupsOf } from './plan';
import { raiseFailure } from './raise';

/** However steep the backoff. */
const LONGEST_RETRY_WAIT_MS = 24 * 3_600_000;

/** The events, and whatever follows from them by itself, until something is waited for or the deployment ended. */
export function andOn(state: KnownDeployment, events: readonly DeploymentEvent[], on: Surroundings): DeploymentEvent[] {
  const all = [...events];
  let now = events.reduce(applied, state);
  for (;;) {
    const more = next(now, on);
    if (more.length === 0) return all;
    all.push(...more);
    now = more.reduce(applied, now);
  }
}

/** A try is over: the next one where tries are left, and on. */
export function attemptOver(state: KnownDeployment, event: AttemptEnded, on: Surroundings): DeploymentEvent[] {
  const { step, attempt } = event.data;
  const after = applied(state, event);
  const again = event.type !== 'StepSucceeded' && after.status === 'executing' && afterFailure(after, event) === 'retry';
  return andOn(state, again ? [event, ...retry(after, step, attempt + 1, on)] : [event], on);
}

function retry(state: KnownDeployment, step: string, attempt: number, on: Surroundings): DeploymentEvent[] {
  const planned = state.plan.find((one) => one.name === step);
  if (!planned?.retries) return [];
  const { delayMs, backoff } = planned.retries;
  const waitMs = Math.min(delayMs * backoff ** (attempt - 2), LONGEST_RETRY_WAIT_MS);
  if (waitMs === 0) return begin(state, { planned, attempt, token: state.lastToken + 1 }, on);
  return [{ type: 'StepRetryPlanned', data: { ...refOf(state), step, attempt, at: timeAfter(on.meta.now, Math.round(waitMs)) } }];
}

function next(state: KnownDeployment, on: Surroundings): DeploymentEvent[] {
  if (state.status !== 'executing' || state.out.length > 0) return [];
  if (state.failures.length > 0) return [raiseFailure(state, on.meta)];
  const group = nextGroup(state);
  if (group.length === 0) return [end(state)];
  return group.flatMap((planned, place) => {
    const skip = planned.skip ?? skipReason(state, planned);
    if (skip) return [{ type: 'StepSkipped', data: { ...refOf(state), step: planned.name, reason: skip } }];
    return begin(state, { planned, attempt: 1, token: state.lastToken + 1 + place }, on);
  });
}

/** What is left of the first group of which something is. */
function nextGroup(state: Executing): PlannedStep[] {
  const left = (planned: PlannedStep) => !planned.excluded && !state.done.includes(planned.name);
  return (
    groupsOf(state.plan)
      .find((group) => group.some(left))
      ?.filter(left) ?? []
  );
}

function end(state: Executing): DeploymentEvent {
  const { error, warned } = state;
  if (!error) return { type: 'DeploymentSucceeded', data: { ...refOf(state), withWarnings: warned } };
  const cause = { code: error.cause.code, message: `Step ${error.step}: ${error.cause.message}` };
  return { type: 'DeploymentFailed', data: { ...refOf(state), cause } };
}

/** Why a step does not run after what happened so far. An expression is judged when the step begins. */
function skipReason({ error }: Executing, { condition, name }: PlannedStep): Reason | undefined {
  if (condition === 'success' && error) {
    return { code: 'earlier-step-failed', message: `Step ${error.step} did not succeed.`, facts: { step: error.step }, events: [] };
  }
  if (condition === 'failure' && !error) {
    return { code: 'nothing-failed', message: `Step ${name} runs only after a failure.`, facts: {}, events: [] };
  }
  return undefined;
}
