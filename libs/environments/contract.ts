import { type FieldError, missingFaults } from '@slipway/kernel';
import type { Environment } from './domain/environment';

export type { Environment } from './domain/environment';
export { type EnvironmentEvent, FAILURE_MODES, type FailureMode } from './domain/environment.events';

const MOST_MISSING = 100;

/** What other slices ask about environments. */
export abstract class EnvironmentsReader {
  /** From its folded stream: never behind. */
  abstract find(slug: string): Promise<Environment | undefined>;

  /** Every place, by its pointer, that names an environment which does not exist. After a hundred such names the rest is not looked up: the request is refused anyway. */
  faults(named: readonly (readonly [pointer: string, slug: string])[]): Promise<FieldError[]> {
    return missingFaults(named, 'environment', (slug) => this.find(slug), MOST_MISSING);
  }

  /** All, in their order, as of the log's head when asked. */
  abstract all(): Promise<Environment[]>;
}
