/** A step of a deployment process, as stored (interfaces.md, shapes; domain.md §5). */
export interface Step {
  /** Unique in the process, whatever the case. */
  readonly name: string;
  readonly type: string;
  readonly input: object;
  /** May not be excluded from a deployment. */
  readonly required: boolean;
  /** ISO 8601; bounds each attempt. Absent: one hour. */
  readonly timeout?: string;
  /** Workers of this pool run it; absent: `default`. */
  readonly pool?: string;
  /** Until there are deployment targets, the roles of the variable context. */
  readonly roles: readonly string[];
  /** Only in these environments; empty: in all. */
  readonly environments: readonly string[];
  readonly excludeEnvironments: readonly string[];
}

export const DEFAULT_POOL = 'default';
export const DEFAULT_STEP_TIMEOUT = 'PT1H';
export const MAX_STEPS = 200;
export const MAX_PROCESS_BYTES = 512 * 1024;
