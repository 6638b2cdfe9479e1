/** A record of the double's log: events, links, metadata and tombstones alike. */
export interface LogRecord {
  /** A byte offset, as on the real server: rises, with gaps. */
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

/** What a client proposes. */
export type ProposedRecord = Pick<LogRecord, 'id' | 'type' | 'isJson' | 'data' | 'metadata'>;

export type Expected = 'any' | 'none' | 'exists' | bigint;

/** What came of an append. `position` is missing where the original of a repeat was truncated meanwhile. */
export type Outcome =
  | { readonly kind: 'written'; readonly revision: bigint; readonly position?: bigint }
  | { readonly kind: 'nothing'; readonly revision?: bigint }
  | { readonly kind: 'wrong'; readonly current?: bigint }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'too-large'; readonly most: number }
  | { readonly kind: 'bad'; readonly message: string };

/** The revision of a tombstone. */
export const TOMBSTONE_REVISION = 2n ** 63n - 1n;

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

export function bytes(content: string): Uint8Array {
  return Uint8Array.from(Buffer.from(content, 'utf8'));
}
