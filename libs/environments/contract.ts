import type { Environment } from './domain/environment';

export type { Environment } from './domain/environment';
export type { EnvironmentEvent, FailureMode } from './domain/environment.events';

/** What other slices ask about environments. */
export abstract class EnvironmentsReader {
  /** From its folded stream: never behind. */
  abstract find(slug: string): Promise<Environment | undefined>;

  /** All, in their order, as of the log's head when asked. */
  abstract all(): Promise<Environment[]>;
}
