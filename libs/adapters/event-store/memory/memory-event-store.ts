import {
  type Appended,
  BEGINNING,
  type Clock,
  type EventBatch,
  EventStore,
  type EventToAppend,
  type ExpectedVersion,
  type Ids,
  InfrastructureError,
  isSystemEvent,
  type RecordedEvent,
  type SubscribeOptions,
  WrongExpectedVersion,
} from '@slipway/kernel';
import { catchUp, type GrowingLog } from '../catch-up';
import { CommitSignal } from '../commit-signal';
import { firstVersionOf, holds, idTaken, type PreparedAppend, prepareAppend, type StoredEvent } from '../prepared-append';

interface Entry extends StoredEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly version: number;
}

/** A log for tests: nothing outlives the process, and nothing is forgotten. Every read gives copies. */
export class MemoryEventStore extends EventStore implements GrowingLog {
  readonly soleWriter = true;
  readonly commits = new CommitSignal();
  closed = false;
  private readonly log: Entry[] = [];
  private readonly streams = new Map<string, Entry[]>();
  private readonly ids = new Set<string>();
  private readonly identity: string;

  constructor(
    private readonly clock: Clock,
    ids: Ids,
  ) {
    super();
    this.identity = ids.next();
  }

  logId(): Promise<string> {
    return Promise.resolve(this.identity);
  }

  async append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly EventToAppend[],
    options?: { keepForSeconds?: number },
  ): Promise<Appended> {
    const appended = this.write(prepareAppend(stream, expected, events, options));
    // Answered a turn later, as by a store with a disk: callers that rely on less would break there.
    await new Promise((resolve) => setImmediate(resolve));
    return appended;
  }

  async readStream(stream: string, { from = 0, limit = 1_000 } = {}): Promise<RecordedEvent[]> {
    const entries = this.streams.get(stream) ?? [];
    return Promise.resolve(entries.slice(from, from + limit).map(decoded));
  }

  async readAll({ after, limit = 1_000 }: { after: bigint; limit?: number }): Promise<RecordedEvent[]> {
    return Promise.resolve(this.visible(after, limit).map(decoded));
  }

  async head(): Promise<bigint> {
    return Promise.resolve(this.log.findLast((entry) => !isSystemEvent(entry.type))?.position ?? BEGINNING);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<EventBatch> {
    return catchUp(this, this.clock, options);
  }

  page(after: bigint, limit: number): EventBatch {
    const entries = this.visible(after, limit);
    const end = BigInt(this.log.length);
    const last = entries.at(-1)?.position ?? BEGINNING;
    const checkpoint = entries.length === limit && this.visible(last, 1).length > 0 ? last : end;
    return { events: entries.map(decoded), checkpoint: checkpoint > after ? checkpoint : after, caughtUp: checkpoint >= end };
  }

  close(): Promise<void> {
    this.closed = true;
    this.commits.announce();
    return Promise.resolve();
  }

  private write(append: PreparedAppend): Appended {
    if (this.closed) throw new InfrastructureError('event-store.unavailable', 'the event store is closed', true);
    const { stream, expected, events } = append;
    const entries = this.streams.get(stream) ?? [];
    if (!holds(expected, entries.length - 1)) {
      const original = repeated(append, entries, firstVersionOf(expected));
      if (original) return original;
      throw new WrongExpectedVersion(stream, expected, entries.length > 0 ? entries.length - 1 : 'none');
    }
    const taken = events.find((event, index) => this.ids.has(event.id) || events.findIndex((other) => other.id === event.id) < index);
    if (taken) {
      const first = entries.find((entry) => entry.id === events[0]?.id);
      const original = typeof expected === 'number' ? undefined : repeated(append, entries, first?.version);
      if (original) return original;
      throw idTaken(stream, taken.id);
    }
    const added = events.map((event, index) => ({
      ...event,
      position: BigInt(this.log.length + index + 1),
      stream,
      version: entries.length + index,
    }));
    this.streams.set(stream, entries);
    for (const entry of added) {
      entries.push(entry);
      this.log.push(entry);
      this.ids.add(entry.id);
    }
    this.commits.announce();
    return { version: added.at(-1)!.version, position: added.at(-1)!.position };
  }

  private visible(after: bigint, limit: number): Entry[] {
    const found: Entry[] = [];
    // Positions are 1, 2, 3 …: the entry after position n is at index n.
    for (let index = Number(after); index < this.log.length && found.length < limit; index += 1) {
      const entry = this.log[index]!;
      if (!isSystemEvent(entry.type)) found.push(entry);
    }
    return found;
  }
}

function decoded(entry: Entry): RecordedEvent {
  return { ...entry, data: JSON.parse(entry.data) as object, metadata: JSON.parse(entry.metadata) as RecordedEvent['metadata'] };
}

/** The original result when the append's ids stand in the stream from version `first` on. */
function repeated({ events }: PreparedAppend, entries: readonly Entry[], first: number | undefined): Appended | undefined {
  if (first === undefined || !events.every((event, index) => entries[first + index]?.id === event.id)) return undefined;
  const { version, position } = entries[first + events.length - 1]!;
  return { version, position };
}
