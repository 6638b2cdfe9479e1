import type { KnownFreeze } from './domain/freeze';

export { concerns, type KnownFreeze } from './domain/freeze';
export { frozenUntil } from './domain/windows';

/** What other slices ask about freezes. */
export abstract class FreezesReader {
  /**
   * Those that may freeze a project in some environment at this time (RFC 3339) or later, by slug: as of the log's head when asked, or as they stood at
   * `position`.
   */
  abstract of(project: string, from: string, position?: bigint): Promise<KnownFreeze[]>;
}
