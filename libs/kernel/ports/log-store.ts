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

/** Step output: kept by retention, untouched by rebuilds, never in events (decision 13). */
export abstract class LogStore {
  /** Takes a chunk; one with a number already stored for its attempt and token is a repeat and changes nothing. */
  abstract append(attempt: AttemptRef, chunks: readonly LogChunk[]): Promise<void>;

  /** Chunks of a deployment in the order they arrived, from `after` (an opaque count of chunks, 0 at first), at most `limit`. */
  abstract read(deployment: string, options: { after: number; limit: number }): Promise<{ chunks: StoredChunk[]; next?: number }>;

  abstract close(): Promise<void>;
}
