import type { Environment } from './domain/environment';

export type { Environment } from './domain/environment';
export { type EnvironmentEvent, FAILURE_MODES, type FailureMode } from './domain/environment.events';

const MOST_MISSING = 100;

/** What other slices ask about environments. */
export abstract class EnvironmentsReader {
  /** From its folded stream: never behind. */
  abstract find(slug: string): Promise<Environment | undefined>;

  /** Those of the slugs that no environment has. After a hundred the rest is not looked up: the request is refused anyway. */
  async missing(slugs: Iterable<string>): Promise<Set<string>> {
    const missing = new Set<string>();
    for (const slug of new Set(slugs)) {
      if (missing.size < MOST_MISSING && !(await this.find(slug))) missing.add(slug);
    }
    return missing;
  }

  /** All, in their order, as of the log's head when asked. */
  abstract all(): Promise<Environment[]>;
}
