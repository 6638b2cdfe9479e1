import type { KnownFreeze } from './domain/freeze';

export { concerns, type KnownFreeze } from './domain/freeze';
export { frozenUntil } from './domain/windows';

/** What other slices ask about freezes. */
export abstract class FreezesReader {
  /** Those that may freeze a project in some environment at this time (RFC 3339) or later, as of the log's head when asked, by slug. */
  abstract of(project: string, from: string): Promise<KnownFreeze[]>;

  /** Those of a project as they stood at a position of the log. */
  abstract asOf(project: string, position: bigint): Promise<KnownFreeze[]>;
}
