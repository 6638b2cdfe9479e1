import type { Lifecycle } from './domain/lifecycle';

export type { Lifecycle } from './domain/lifecycle';
export type { LifecycleEvent, Phase, PhaseEnvironment } from './domain/lifecycle.events';
export { KEEP_ALL, type Retention, retentionOf } from './domain/retention';

/** The lifecycle of projects that name none; made at the first start, without phases. */
export const DEFAULT_LIFECYCLE = 'default';

/** What other slices ask about lifecycles. */
export abstract class LifecyclesReader {
  /** From its folded stream: never behind. */
  abstract find(slug: string): Promise<Lifecycle | undefined>;

  /** The phases in force now: those of the lifecycle, or one per environment where it has none (decided as of the log's head). */
  abstract phasesOf(lifecycle: Lifecycle): Promise<Lifecycle['phases']>;

  /** Those with a rule that takes releases away, as of the log's head when asked. */
  abstract withRetention(): Promise<Lifecycle[]>;
}
