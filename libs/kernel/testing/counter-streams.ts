import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import {
  type Appended,
  chainHash,
  CHAIN_START,
  Clock,
  type Command,
  type Decider,
  type DomainEvent,
  DomainError,
  type EventBatch,
  EventCatalogue,
  type EventEntries,
  EventStore,
  type EventToAppend,
  type ExpectedVersion,
  Ids,
  InfrastructureError,
  type RecordedEvent,
  Streams,
  type SubscribeOptions,
} from '@slipway/kernel';
import { SeededRandom, testMeta } from '@slipway/kernel/testing';

export interface Counted extends DomainEvent {
  readonly type: 'Counted';
  readonly data: { by: number };
}

/** `by` as many events of one; 0 changes nothing, less is refused. */
export interface Count extends Command {
  readonly type: 'Count';
  readonly data: { readonly by: number };
}

const counterEvents: { entries: EventEntries<Counted> } = { entries: { Counted: { sample: { by: 1 } } } };

export const counterDecider: Decider<Count, { total: number }, Counted> = {
  category: 'counter',
  initialState: { total: 0 },
  decide({ data: { by } }) {
    if (by < 0) throw new DomainError('invalid', 'counter.backwards', 'A counter only counts up.');
    return Array.from({ length: by }, () => ({ type: 'Counted', data: { by: 1 } }));
  },
  evolve: (state, event) => ({ total: state.total + event.data.by }),
};

export function count(commandId: string, by = 1, meta: Partial<Command['meta']> = {}): Count {
  return { type: 'Count', data: { by }, meta: testMeta({ ...meta, commandId }) };
}

/** Whoever waits is served at once: a wait of a second is a turn of the event loop, and the clock says that it took a second. */
class HurriedClock extends Clock {
  private time = Date.parse('2026-01-05T08:00:00.000Z');

  now(): number {
    return this.time;
  }

  after(ms: number, fn: () => void): () => void {
    const turn = setImmediate(() => {
      this.time += ms;
      fn();
    });
    return () => clearImmediate(turn);
  }
}

/** A real store whose way to us can break: for appends only, reads go straight through. */
export class ShakyEventStore extends EventStore {
  /** Of so many next appends the answer is lost: stored, yet nobody hears of it. */
  lostAnswers = 0;
  /** So many next appends do not even arrive. */
  lostAppends = 0;
  /** Runs before each append: somebody else may be faster. */
  before: () => Promise<unknown> = () => Promise.resolve();
  attempts = 0;
  /** How often a stream was read. */
  looks = 0;

  constructor(
    private readonly inner: EventStore,
    readonly soleWriter: boolean,
  ) {
    super();
  }

  async append(stream: string, expected: ExpectedVersion, events: readonly EventToAppend[]): Promise<Appended> {
    this.attempts += 1;
    await this.before();
    if (this.lostAppends-- > 0) throw unavailable();
    const appended = await this.inner.append(stream, expected, events);
    if (this.lostAnswers-- > 0) throw unavailable();
    return appended;
  }

  logId = () => this.inner.logId();
  readStream = (stream: string, options?: { from?: number; limit?: number }) => {
    this.looks += 1;
    return this.inner.readStream(stream, options);
  };
  readAll = (options: { after: bigint; limit?: number }) => this.inner.readAll(options);
  head = () => this.inner.head();
  subscribe = (options: SubscribeOptions): AsyncIterable<EventBatch> => this.inner.subscribe(options);
  close = () => this.inner.close();
}

function unavailable(): InfrastructureError {
  return new InfrastructureError('event-store.unavailable', 'the store did not answer', true);
}

/** A log, and as many processes on it as a test needs: each with a way of its own to the store, its own cache and its own ids. */
export class Harness {
  readonly clock: Clock = new HurriedClock();
  readonly log = new MemoryEventStore(this.clock, new Ids(this.clock, new SeededRandom('log')));
  private processes = 0;

  process({ soleWriter = false, cacheSize = 100 } = {}): { streams: Streams; store: ShakyEventStore } {
    const random = new SeededRandom(`process-${(this.processes += 1)}`);
    const store = new ShakyEventStore(this.log, soleWriter);
    const on = { store, catalogue: new EventCatalogue([counterEvents]), clock: this.clock, random, ids: new Ids(this.clock, random) };
    return { store, streams: new Streams({ ...on, cacheSize }) };
  }

  /** Everything in a stream, after its hashes were recomputed from what is stored. */
  async verified(stream: string): Promise<RecordedEvent[]> {
    const events = await this.log.readStream(stream, { limit: 10_000 });
    let last = CHAIN_START;
    for (const event of events) {
      last = chainHash(last, stream, event.version, event);
      expect(event.metadata.hash).toBe(last);
    }
    return events;
  }
}
