import { type LogRecord, text } from './record';

interface Retention {
  readonly $maxAge?: number;
  readonly $maxCount?: number;
  readonly $tb?: number;
}

/** `$tb` of a stream that is deleted. */
export const DELETED = Number.MAX_SAFE_INTEGER;

/** One stream: its records, and what of them reads of the stream still show. */
export class Stream {
  readonly records: LogRecord[] = [];
  state: 'live' | 'deleted' | 'tombstoned' = 'live';
  private retention: Retention = {};
  /** Records below this revision are gone from the stream, since it was deleted once. */
  private floor = 0n;

  /** -1 when nothing was ever written. A deleted stream goes on counting. */
  get last(): bigint {
    return this.records.findLast((record) => record.type !== '$streamDeleted')?.revision ?? -1n;
  }

  retain(metadata: LogRecord): void {
    const { $tb, ...rest } = JSON.parse(text(metadata.data)) as Retention;
    this.retention = $tb === undefined || $tb === DELETED ? rest : { ...rest, $tb };
    if ($tb === DELETED) this.delete();
  }

  /** At once, and on reads and subscriptions of the stream only; the log keeps everything until it is scavenged. */
  visible(now: number): LogRecord[] {
    if (this.state === 'deleted') return [];
    const { $maxAge, $maxCount, $tb } = this.retention;
    const from = $tb !== undefined && BigInt($tb) > this.floor ? BigInt($tb) : this.floor;
    const kept = this.records.filter(
      (record) => record.revision >= from && ($maxAge === undefined || now - record.created < $maxAge * 1_000),
    );
    return $maxCount === undefined ? kept : kept.slice(-$maxCount);
  }

  shows(record: LogRecord, now: number): boolean {
    return this.visible(now).includes(record);
  }

  /** Soft: what was written is gone, what comes is numbered on. */
  private delete(): void {
    this.state = 'deleted';
    this.floor = this.last + 1n;
  }
}
