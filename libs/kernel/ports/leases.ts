/** What one process at a time may do, and who does it now. */
export interface Lease {
  readonly name: string;
  /** The process that holds it: an id new at each start. */
  readonly holder: string;
  /** What its holder says of itself, JSON-exact: shown to everybody. */
  readonly facts: object;
}

export type WantedLease = Pick<Lease, 'name' | 'facts'>;

/**
 * Who may do what only one process at a time does (decision 12): run a subscription, say. Time is the store's own, so the clocks of processes need not agree.
 * A lease makes work go to one; it fences nothing off: whoever slept through its end must find out by the effect (a checkpoint that was moved, a stale token).
 * Every adapter passes `kernel/testing/leases.contract.ts`. Errors: InfrastructureError `leases.unavailable` (retryable).
 */
export abstract class Leases {
  /** False where no other process can hold any: then nothing becomes free by itself. */
  abstract readonly shared: boolean;

  /**
   * Takes each of these leases that is free or has run out, and renews those that `holder` has, for `forMs` from now, with these facts; one that somebody else
   * holds is left alone. All in one step. Resolves with the names that `holder` holds now, of those wanted.
   */
  abstract hold(holder: string, wanted: readonly WantedLease[], forMs: number): Promise<ReadonlySet<string>>;

  /** Gives up what `holder` has of these; what it has not is nothing. Somebody else may take them at once. */
  abstract letGo(holder: string, names: readonly string[]): Promise<void>;

  /** Every lease that has not run out, by name in order. */
  abstract current(): Promise<readonly Lease[]>;

  abstract close(): Promise<void>;
}
