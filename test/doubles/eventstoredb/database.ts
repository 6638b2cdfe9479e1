import { randomUUID } from 'node:crypto';
import { bytes, type Expected, type LogRecord, type Outcome, type ProposedRecord, TOMBSTONE_REVISION } from './record';
import type { DatabaseFile, Write } from './database-file';
import { RecentIds } from './recent-ids';
import { DELETED, Stream } from './stream';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What a record takes on the real server's disk besides its content. */
const FRAME = 98;

/** Log, streams and rules of appending. Lives on when the server in front of it is restarted; what the real one holds in memory only is lost then. */
export class Database {
  readonly log: LogRecord[] = [];
  /** Each is called with an append's records, once they are stored. */
  readonly followers = new Set<(records: readonly LogRecord[]) => void>();
  private readonly streams = new Map<string, Stream>();
  private readonly recent = new RecentIds();
  private end = 0n;

  constructor(
    private readonly options: { readonly maxAppendBytes: number; readonly countsMetadata: boolean },
    private readonly file?: DatabaseFile,
  ) {
    // The epoch record, which is no event: so no event is at position 0.
    this.end += BigInt(FRAME);
    for (const write of file?.writes() ?? []) this.take(write);
    this.forgetWhatIsInMemory();
    if (this.log.length === 0) this.write('$$$settings', [json('$metadata', {})]);
  }

  append(stream: string, expected: Expected, events: readonly ProposedRecord[]): Outcome {
    const bad = complaint(stream, events);
    if (bad) return { kind: 'bad', message: bad };
    if (this.sizeOf(events) > this.options.maxAppendBytes) return { kind: 'too-large', most: this.options.maxAppendBytes };
    const known = this.streamOf(stream);
    if (known.state === 'tombstoned') return { kind: 'deleted' };
    if (events.length === 0) return { kind: 'nothing', ...(known.last >= 0n ? { revision: known.last } : {}) };
    if (known.state === 'deleted' && expected === 'exists') return { kind: 'deleted' };
    const repeat = typeof expected === 'bigint' || expected === 'none' ? repeated(known, expected, events) : this.recalled(stream, events);
    if (repeat === 'damaged') return { kind: 'wrong', current: known.last };
    if (repeat) {
      const position = known.state !== 'deleted' && known.shows(repeat, Date.now()) ? { position: repeat.position } : {};
      return { kind: 'written', revision: repeat.revision, ...position };
    }
    if (!holds(known, expected)) return { kind: 'wrong', ...(known.last >= 0n ? { current: known.last } : {}) };
    const last = this.write(stream, events).at(-1)!;
    return { kind: 'written', revision: last.revision, position: last.position };
  }

  delete(stream: string, expected: Expected, hard: boolean): Outcome {
    const known = this.streamOf(stream);
    if (known.state === 'tombstoned') return { kind: 'deleted' };
    if (!holds(known, expected)) return { kind: 'wrong', ...(known.last >= 0n ? { current: known.last } : {}) };
    const record = hard
      ? this.write(stream, [{ ...json('$streamDeleted', {}), isJson: false }])[0]!
      : this.write(`$$${stream}`, [json('$metadata', { $tb: DELETED })])[0]!;
    return { kind: 'written', revision: record.revision, position: record.position };
  }

  streamOf(name: string): Stream {
    let stream = this.streams.get(name);
    if (!stream) this.streams.set(name, (stream = new Stream()));
    return stream;
  }

  visible(stream: string): LogRecord[] {
    return this.streamOf(stream).visible(Date.now());
  }

  /** Index of the record at a position, or of the first one after it. */
  indexFrom(position: bigint): number {
    let [low, high] = [0, this.log.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.log[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where the next record will stand. */
  get nextPosition(): bigint {
    return this.end;
  }

  forgetWhatIsInMemory(): void {
    this.recent.clear();
  }

  private write(stream: string, events: readonly ProposedRecord[]): LogRecord[] {
    const write = { stream, at: Date.now(), events };
    this.file?.add(write);
    const records = this.take(write);
    for (const tell of this.followers) tell(records);
    return records;
  }

  private take({ stream: name, at, events }: Write): LogRecord[] {
    const stream = this.streamOf(name);
    const first = stream.last + 1n;
    const records = events.map((event, index) => {
      const tombstone = event.type === '$streamDeleted';
      const revision = tombstone ? TOMBSTONE_REVISION : first + BigInt(index);
      const record: LogRecord = { ...event, position: this.end, stream: name, revision, created: at };
      this.end += BigInt(FRAME + name.length + event.type.length + event.data.length + event.metadata.length);
      stream.records.push(record);
      this.log.push(record);
      this.recent.remember(record);
      stream.state = tombstone ? 'tombstoned' : 'live';
      return record;
    });
    if (name.startsWith('$$')) this.streamOf(name.slice(2)).retain(records.at(-1)!);
    return records;
  }

  /** The last record of the same append, as far as memory goes. */
  private recalled(stream: string, events: readonly ProposedRecord[]): LogRecord | 'damaged' | undefined {
    const found = events.map(({ id }) => this.recent.find(id)).filter((record) => record?.stream === stream);
    if (found.length === 0) return undefined;
    const inOrder = found.every((record, index) => record!.revision === found[0]!.revision + BigInt(index));
    return found.length === events.length && inOrder ? found.at(-1) : 'damaged';
  }

  private sizeOf(events: readonly ProposedRecord[]): number {
    const { countsMetadata } = this.options;
    return events.reduce(
      (sum, { type, data, metadata }) => sum + data.length + (countsMetadata ? metadata.length + 2 * type.length : 0),
      0,
    );
  }
}

function holds(stream: Stream, expected: Expected): boolean {
  if (expected === 'any') return true;
  if (expected === 'none') return stream.last < 0n || stream.state === 'deleted';
  if (expected === 'exists') return stream.last >= 0n && stream.state === 'live';
  return expected === stream.last;
}

/** The last record of the same append after the same expectation: ids alone are compared, and the start of the original will do. */
function repeated(stream: Stream, expected: bigint | 'none', events: readonly ProposedRecord[]): LogRecord | undefined {
  const from = expected === 'none' ? 0 : Number(expected) + 1;
  const same = events.every(({ id }, index) => stream.records[from + index]?.id === id);
  return same ? stream.records[from + events.length - 1] : undefined;
}

function complaint(stream: string, events: readonly ProposedRecord[]): string | undefined {
  if (stream === '') return 'the stream has no name';
  return events.some(({ id, type }) => type === '' || !UUID.test(id)) ? 'an event has no type, or no id that is one' : undefined;
}

function json(type: string, data: object): ProposedRecord {
  return { id: randomUUID(), type, isJson: true, data: bytes(JSON.stringify(data)), metadata: new Uint8Array() };
}
