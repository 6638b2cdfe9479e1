import { nameKey } from '../variables/variable';

/** When a step runs: after nothing failed, after something did, in any case, or when an expression over variables and outputs holds. */
export type RunCondition = 'success' | 'failure' | 'always' | { readonly expression: string };

/** `attempts` counts all tries; the wait before try n+1 is `delay` × `backoff`^(n-1). */
export interface RetryPolicy {
  readonly attempts: number;
  /** ISO 8601. */
  readonly delay: string;
  readonly backoff: number;
}

/** A step of a deployment process, as stored (interfaces.md, shapes; domain.md §5). */
export interface Step {
  /** Unique in the process, whatever the case. */
  readonly name: string;
  readonly type: string;
  readonly input: object;
  readonly condition: RunCondition;
  /** `with-previous`: in one parallel group with the step before it. */
  readonly start: 'after-previous' | 'with-previous';
  /** May not be excluded from a deployment. */
  readonly required: boolean;
  /** ISO 8601; bounds each attempt. Absent: one hour for what a worker runs, no bound for what waits for a person or another deployment. */
  readonly timeout?: string;
  readonly retries?: RetryPolicy;
  /** Workers of this pool run it; absent: `default`. */
  readonly pool?: string;
  /** Until there are deployment targets, the roles of the variable context. */
  readonly roles: readonly string[];
  /** Only in these environments; empty: in all. */
  readonly environments: readonly string[];
  readonly excludeEnvironments: readonly string[];
  /** Only for releases of these channels; empty: of all. */
  readonly channels: readonly string[];
}

/** A step as version 0.1.0 stored it, with what it meant then. */
export function completeStep(stored: Omit<Step, Added> & Partial<Pick<Step, Added>>): Step {
  const { condition = 'success', start = 'after-previous', channels = [] } = stored;
  // Behind what is there, so that a step reads back in the order in which it was saved.
  return { ...stored, condition, start, channels };
}

type Added = 'condition' | 'start' | 'channels';

/** The step of that name, whatever the case. */
export function stepNamed<S extends Pick<Step, 'name'>>(steps: readonly S[], name: string): S | undefined {
  return steps.find((step) => nameKey(step.name) === nameKey(name));
}

export const DEFAULT_POOL = 'default';
export const DEFAULT_STEP_TIMEOUT = 'PT1H';
export const MAX_STEPS = 200;
export const MAX_PROCESS_BYTES = 512 * 1024;

/** Steps that no worker runs: a person, the clock or another deployment does. */
export const MANUAL_INTERVENTION = 'manual-intervention';
export const DELAY = 'delay';
export const DEPLOY_RELEASE = 'deploy-release';
export const HELD_TYPES: ReadonlySet<string> = new Set([MANUAL_INTERVENTION, DELAY, DEPLOY_RELEASE]);
