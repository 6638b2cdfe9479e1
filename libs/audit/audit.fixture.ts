import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { chained, CHAIN_START, type EventMetadata, type EventStore, type EventToAppend, Ids } from '@slipway/kernel';
import { ManualClock, SeededRandom } from '@slipway/kernel/testing';

/** A log that tells how often it was read. */
export class CountingEventStore extends MemoryEventStore {
  pagesRead = 0;

  override readAll(options: { after: bigint; limit?: number }) {
    this.pagesRead += 1;
    return super.readAll(options);
  }
}

interface Happened extends Partial<Omit<EventMetadata, 'hash'>> {
  readonly type?: string;
  readonly data?: object;
}

/** Writes events as the kernel would have recorded them, chained. */
export class HistoryWriter {
  private readonly ids: Ids;
  private readonly last = new Map<string, { version: number; hash: string }>();

  constructor(
    readonly store: EventStore,
    readonly clock: ManualClock,
  ) {
    this.ids = new Ids(clock, new SeededRandom('history'));
  }

  /** Appends to a stream, in one append. Returns the last position. */
  async happened(stream: string, ...happened: Happened[]): Promise<bigint> {
    const { version, hash } = this.last.get(stream) ?? { version: -1, hash: CHAIN_START };
    const events = chained(
      hash,
      stream,
      version + 1,
      happened.map((one) => this.event(one)),
    );
    const appended = await this.store.append(stream, version < 0 ? 'none' : version, events);
    this.last.set(stream, { version: appended.version, hash: events.at(-1)!.metadata.hash! });
    return appended.position;
  }

  /** So many events in many streams, a few hundred in each. */
  async filled(count: number, data: object = {}): Promise<bigint> {
    for (let done = 0; done < count; done += 250) {
      const events = Array.from({ length: Math.min(250, count - done) }, (_, index) => ({ data: { number: done + index, ...data } }));
      await this.happened(`filling-${done / 250}`, ...events);
    }
    return this.store.head();
  }

  /** What the system keeps for itself, as the claims of commands do. */
  async claimed(stream: string): Promise<void> {
    await this.store.append(stream, 'any', [this.event({ type: '$ClaimMade' })]);
  }

  private event({ type = 'Happened', data = {}, ...metadata }: Happened): EventToAppend {
    const { actor = 'ada', at = this.clock.timestamp(), command = 'Do', commandId = this.ids.next(), ...rest } = metadata;
    const { correlationId = 'correlation-1', causationId = 'request-1', traceparent } = rest;
    const why = { actor, at, command, commandId, correlationId, causationId, ...(traceparent ? { traceparent } : {}) };
    return { id: this.ids.next(), type, data, metadata: why };
  }
}

/** A log in memory, written so. */
export class RecordedHistory extends HistoryWriter {
  declare readonly store: CountingEventStore;

  constructor() {
    const clock = new ManualClock();
    super(new CountingEventStore(clock, new Ids(clock, new SeededRandom('store'))), clock);
  }
}
