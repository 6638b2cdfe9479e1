import { EventStoreDBClient } from '@eventstore/db-client';
import { type Appended, type EventToAppend, type ExpectedVersion, Ids, isRetryable, type RecordedEvent } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { EventStoreDbDouble } from '../../../../test/doubles/eventstoredb/eventstoredb-double';
import { SystemClock } from '../../runtime/system-clock';
import { SystemRandom } from '../../runtime/system-random';
import { EventStoreDbEventStore } from './eventstoredb-event-store';

const clock = new SystemClock();

export interface DoubleOptions {
  readonly version?: '23.10' | '24.10';
  /** Only for tests of silence: a busy machine makes a server that does answer look silent. */
  readonly patienceMs?: number;
}

/** The adapter in front of a double. */
export class DoubleUnderTest {
  readonly stop = new AbortController();
  private plain: EventStoreDBClient | undefined;

  private constructor(
    readonly double: EventStoreDbDouble,
    readonly store: EventStoreDbEventStore,
  ) {}

  static async open({ version, patienceMs }: DoubleOptions = {}): Promise<DoubleUnderTest> {
    const double = await EventStoreDbDouble.start(version ? { version } : {});
    return new DoubleUnderTest(double, storeAt(double.url, patienceMs));
  }

  /** What somebody without Slipway uses. */
  get client(): EventStoreDBClient {
    return (this.plain ??= EventStoreDBClient.connectionString(this.double.url));
  }

  async close(): Promise<void> {
    this.stop.abort();
    this.double.faults.speak();
    await this.store.close();
    await this.plain?.dispose();
    this.double.stop();
  }

  /** As `Streams` does: an append whose outcome is unknown again with the same ids and expectation. */
  async surely(stream: string, expected: ExpectedVersion, events: readonly EventToAppend[]): Promise<Appended> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.store.append(stream, expected, events);
      } catch (error) {
        if (!isRetryable(error) || tries === 100) throw error;
        await clock.sleep(20);
      }
    }
  }

  /** Follows the log from a position, and keeps what it saw. */
  follow(after = 0n, maxBatch?: number): Followed {
    const followed = new Followed();
    followed.over = (async () => {
      for await (const { events, caughtUp } of this.store.subscribe({ after, signal: this.stop.signal, maxBatch })) {
        followed.events.push(...events);
        followed.turns.push(caughtUp);
      }
    })();
    followed.over.catch((error: unknown) => (followed.failure = error));
    return followed;
  }
}

export class Followed {
  readonly events: RecordedEvent[] = [];
  /** What each batch said about having caught up. */
  readonly turns: boolean[] = [];
  over: Promise<void> = Promise.resolve();
  failure: unknown;

  get ids(): string[] {
    return this.events.map(({ id }) => id);
  }

  caughtUp(): Promise<void> {
    return eventually(() => this.turns.at(-1) === true, 'the end of the log');
  }

  has(count: number): Promise<void> {
    return eventually(() => this.events.length >= count, `${count} events of a subscription`);
  }
}

/** With the patience that the adapter has by itself, unless told. */
export function storeAt(url: string, patienceMs?: number): EventStoreDbEventStore {
  const ids = new Ids(clock, new SystemRandom());
  return EventStoreDbEventStore.open({ url, clock, ids, ...(patienceMs === undefined ? {} : { patienceMs }) });
}
