import { defined, durationMs, type Reason } from '@slipway/kernel';
import { DEFAULT_POOL, DEFAULT_STEP_TIMEOUT, HELD_TYPES, type Step } from '@slipway/projects/contract';
import type { PlannedStep } from './deployment.events';

interface Where {
  readonly environment: string;
  readonly channel: string;
  readonly excluded: readonly string[];
}

/** The steps that start together, group after group: one that starts after the previous, and those behind it that start with the one before them. */
export function groupsOf(plan: readonly PlannedStep[]): PlannedStep[][] {
  const groups: PlannedStep[][] = [];
  for (const planned of plan) {
    const last = groups.at(-1);
    if (planned.start === 'with-previous' && last) last.push(planned);
    else groups.push([planned]);
  }
  return groups;
}

/** A step of a release's process as one deployment of it will run it. */
export function planned(step: Step, where: Where): PlannedStep {
  // What no worker runs has no time limit of its own.
  const timeout = step.timeout ?? (HELD_TYPES.has(step.type) ? undefined : DEFAULT_STEP_TIMEOUT);
  const { retries } = step;
  return defined({
    name: step.name,
    type: step.type,
    pool: step.pool ?? DEFAULT_POOL,
    timeoutMs: timeout === undefined ? undefined : (durationMs(timeout) ?? 0),
    required: step.required,
    condition: step.condition,
    start: step.start,
    retries: retries && { attempts: retries.attempts, delayMs: durationMs(retries.delay) ?? 0, backoff: retries.backoff },
    excluded: where.excluded.includes(step.name),
    skip: notHere(step, where),
  });
}

function notHere({ name, environments, excludeEnvironments, channels }: Step, { environment, channel }: Where): Reason | undefined {
  const here = environments.length > 0 ? environments.includes(environment) : !excludeEnvironments.includes(environment);
  if (!here) {
    return { code: 'not-this-environment', message: `Step ${name} does not run in ${environment}.`, facts: { environment }, events: [] };
  }
  if (channels.length === 0 || channels.includes(channel)) return undefined;
  const message = `Step ${name} does not run for releases of channel ${channel}.`;
  return { code: 'not-this-channel', message, facts: { channel }, events: [] };
}
