/** A numbered piece of what a step printed. Numbers start at 1 in each attempt and have no gaps. */
export interface LogChunk {
  readonly number: number;
  readonly at: string;
  readonly source: 'stdout' | 'stderr' | 'slipway';
  readonly text: string;
}

export interface AttemptRef {
  readonly deployment: string;
  readonly step: string;
  readonly attempt: number;
  readonly token: number;
}

export interface StoredChunk extends LogChunk {
  readonly step: string;
  readonly attempt: number;
  readonly token: number;
}

/**
 * Step output: kept by retention, untouched by rebuilds, never in events (decision 13). Errors: InfrastructureError `log-store.unavailable` (retryable),
 * `log-store.refused` (not: an id of a deployment, a chunk's number or a place that is none).
 */
export abstract class LogStore {
  /**
   * Takes chunks, durable when it resolves. One with a number already stored for its step, attempt and token is a repeat and changes nothing; one that
   * comes after a gap, or late into one, is kept.
   */
  abstract append(attempt: AttemptRef, chunks: readonly LogChunk[]): Promise<void>;

  /**
   * Chunks of a deployment in the order they arrived, from `after` on (an opaque place, 0 at first), at most `limit`; none for an unknown one. `reached` is
   * the place behind the last of them: whoever follows a growing log goes on there. `next` is the same place, absent when nothing more is there yet.
   */
  abstract read(
    deployment: string,
    options: { after: number; limit: number },
  ): Promise<{ chunks: StoredChunk[]; next?: number; reached: number }>;

  /** Whether an attempt's chunks 1 to `chunks` are all stored: its closing event says how many there are. */
  abstract holds(attempt: AttemptRef, chunks: number): Promise<boolean>;

  abstract close(): Promise<void>;
}
