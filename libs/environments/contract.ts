import type { FieldError } from '@slipway/kernel';
import type { Environment } from './domain/environment';

export type { Environment } from './domain/environment';
export { type EnvironmentEvent, FAILURE_MODES, type FailureMode } from './domain/environment.events';

const MOST_MISSING = 100;

/** What other slices ask about environments. */
export abstract class EnvironmentsReader {
  /** From its folded stream: never behind. */
  abstract find(slug: string): Promise<Environment | undefined>;

  /** Every place, by its pointer, that names an environment which does not exist. After a hundred such names the rest is not looked up: the request is refused anyway. */
  async faults(named: readonly (readonly [pointer: string, slug: string])[]): Promise<FieldError[]> {
    const missing = new Set<string>();
    for (const slug of new Set(named.map(([, one]) => one))) {
      if (missing.size < MOST_MISSING && !(await this.find(slug))) missing.add(slug);
    }
    return named.flatMap(([pointer, slug]) =>
      missing.has(slug) ? [{ pointer, message: `there is no environment ${slug}: create it first` }] : [],
    );
  }

  /** All, in their order, as of the log's head when asked. */
  abstract all(): Promise<Environment[]>;
}
