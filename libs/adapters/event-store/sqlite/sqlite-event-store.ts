import {
  type Appended,
  type Clock,
  type EventBatch,
  EventStore,
  type EventToAppend,
  type ExpectedVersion,
  type Ids,
  InfrastructureError,
  isInfrastructureError,
  isSystemEvent,
  type RecordedEvent,
  WrongExpectedVersion,
  type SubscribeOptions,
} from '@slipway/kernel';
import type Database from 'libsql';
import { LRUCache } from 'lru-cache';
import { AppendQueue, type Waiting } from '../append-queue';
import { catchUp, type GrowingLog } from '../catch-up';
import { CommitSignal } from '../commit-signal';
import { prepareAppend } from '../prepared-append';
import { TailRing } from '../tail-ring';
import { AppendGroup } from './append-group';
import { openEventFile } from './event-file';
import { EventTable } from './event-table';
import { failureOf } from './sqlite-failure';

/** What shares a transaction at most: a longer one would hold up everything else of the process. */
const GROUP = { events: 1_000, bytes: 16_777_216 };
/** Positions that a subscription looks through at a time: long runs of system events must not hold up the process either. */
const WINDOW = 20_000;
const KNOWN_STREAMS = 10_000;
const FORGET_EVERY_MS = 3_600_000;

/**
 * The log in a SQLite file (WAL, `synchronous=FULL`), written by this process alone; the data folder's lock sees to that. Appends of one turn
 * share a transaction and its fsync (decision 11). Events of live subscriptions are shared between consumers and deeply frozen.
 */
export class SqliteEventStore extends EventStore implements GrowingLog {
  readonly soleWriter = true;
  readonly commits = new CommitSignal();
  closed = false;
  private readonly table: EventTable;
  private readonly known = new LRUCache<string, number>({ max: KNOWN_STREAMS });
  private recent: TailRing;
  private readonly queue = new AppendQueue(GROUP);
  private lastPosition: number;
  private headPosition: number;
  private nextForgetting = 0;
  /** True after a failed write: what this process remembers may differ from what is stored. */
  private doubtful = false;

  /** `file` is a path or `:memory:`. Errors: those of openEventFile. */
  static open(options: { file: string; clock: Clock; ids: Ids }): SqliteEventStore {
    const { file, clock, ids } = options;
    return new SqliteEventStore(
      openEventFile(file, () => ids.next()),
      file,
      clock,
    );
  }

  /** Over an open event file, which it owns from now on; `file` is its name in messages. */
  constructor(
    private readonly db: Database.Database,
    private readonly file: string,
    private readonly clock: Clock,
  ) {
    super();
    try {
      this.table = new EventTable(db);
      this.lastPosition = this.table.lastPosition();
      this.headPosition = this.table.head();
      this.recent = new TailRing(this.lastPosition);
      this.forgetWhenDue();
    } catch (error) {
      db.close();
      throw failureOf(error, file);
    }
  }

  logId(): Promise<string> {
    return this.reading(() => this.table.logId());
  }

  async append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly EventToAppend[],
    options?: { keepForSeconds?: number },
  ): Promise<Appended> {
    const append = prepareAppend(stream, expected, events, options);
    if (this.closed) throw closedError(this.file);
    if (this.queue.length === 0) setImmediate(() => this.writeGroup());
    return this.queue.add(append);
  }

  readStream(stream: string, { from = 0, limit = 1_000 } = {}): Promise<RecordedEvent[]> {
    return this.reading(() => this.table.readStream(stream, from, limit));
  }

  readAll({ after, limit = 1_000 }: { after: bigint; limit?: number }): Promise<RecordedEvent[]> {
    return this.reading(() => this.table.readRange(Number(after), this.lastPosition, limit));
  }

  head(): Promise<bigint> {
    return this.reading(() => BigInt(this.headPosition));
  }

  subscribe(options: SubscribeOptions): AsyncIterable<EventBatch> {
    return catchUp(this, this.clock, options);
  }

  page(after: bigint, limit: number): EventBatch {
    const [from, end] = [Number(after), this.lastPosition];
    if (from >= end) return { events: [], checkpoint: after, caughtUp: true };
    const recent = this.recent.after(from, limit);
    const upTo = recent ? end : Math.min(end, from + WINDOW);
    const events = recent ?? this.mapped(() => this.table.readRange(from, upTo, limit));
    const last = events.length < limit ? upTo : Number(events.at(-1)!.position);
    const checkpoint = last >= this.headPosition && events.length === limit ? end : last;
    return { events, checkpoint: BigInt(checkpoint), caughtUp: checkpoint === end };
  }

  /** Writes what was asked for before, ends the subscriptions, and lets go of the file. */
  close(): Promise<void> {
    if (!this.closed) {
      while (this.queue.length > 0) this.writeGroup();
      this.closed = true;
      this.fold();
      this.db.close();
      this.commits.announce();
    }
    return Promise.resolve();
  }

  /** After a clean stop the file holds everything by itself, for whoever copies it without its `-wal`. */
  private fold(): void {
    try {
      this.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Nothing is lost: what is still in the -wal is read from there.
    }
  }

  private writeGroup(): void {
    const group = this.queue.nextGroup();
    if (group.length === 0) return;
    if (this.queue.length > 0) setImmediate(() => this.writeGroup());
    const answers: (() => void)[] = [];
    try {
      if (this.doubtful) this.recall();
      const appends = new AppendGroup(this.table, this.known, this.lastPosition, this.clock);
      const decide = () => {
        for (const waiting of group) answers.push(answerOf(() => appends.add(waiting.append), waiting));
      };
      // A single row is its own transaction: two statements less for whoever appends alone.
      if (group.length === 1 && group[0]!.append.events.length === 1) decide();
      else this.table.transaction(decide);
      appends.publish();
      this.grow(appends);
    } catch (error) {
      this.doubtful = true;
      const failure = failureOf(error, this.file);
      for (const { reject } of group) reject(failure);
      return;
    }
    for (const answer of answers) answer();
    this.commits.announce();
    this.forgetWhenDue();
  }

  private grow({ rows }: AppendGroup): void {
    for (const row of rows) {
      this.lastPosition = row.position;
      if (isSystemEvent(row.type)) continue;
      this.headPosition = row.position;
      this.recent.add(row);
    }
  }

  /** After a failed commit only the file knows whether it took effect. */
  private recall(): void {
    this.known.clear();
    this.lastPosition = this.table.lastPosition();
    this.headPosition = this.table.head();
    this.recent = new TailRing(this.lastPosition);
    this.doubtful = false;
  }

  private forgetWhenDue(): void {
    const now = this.clock.now();
    if (now < this.nextForgetting) return;
    try {
      const { streams, more } = this.table.forgetExpired(now);
      for (const stream of streams) this.known.delete(stream);
      this.nextForgetting = more ? now : now + FORGET_EVERY_MS;
    } catch {
      // Forgetting is a courtesy to the disk: nobody's append or start fails for it, and a later one does it.
      this.nextForgetting = now + FORGET_EVERY_MS;
      this.doubtful = true;
    }
  }

  private async reading<T>(read: () => T): Promise<T> {
    if (this.closed) throw closedError(this.file);
    return Promise.resolve(this.mapped(read));
  }

  private mapped<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw failureOf(error, this.file);
    }
  }
}

/** What to tell who asked for an append once its group is committed. A refusal is an answer; what SQLite throws fails the group. */
function answerOf(decide: () => Appended, { resolve, reject }: Waiting): () => void {
  try {
    const appended = decide();
    return () => resolve(appended);
  } catch (error) {
    if (error instanceof WrongExpectedVersion || isInfrastructureError(error)) return () => reject(error);
    throw error;
  }
}

function closedError(file: string): InfrastructureError {
  return new InfrastructureError('event-store.unavailable', `the event store ${file} is closed`, true);
}
