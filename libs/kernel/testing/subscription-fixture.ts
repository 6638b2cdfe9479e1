import {
  type DomainEvent,
  EventCatalogue,
  type Log,
  type Projection,
  type RecordedEvent,
  type Rows,
  type SubscriptionPorts,
  type Table,
} from '@slipway/kernel';
import type { EventStore } from '../ports/event-store';
import type { ReadStore } from '../ports/read-store';
import type { ManualClock } from './manual-clock';
import { testMeta } from './given-when-then';

export interface Tally {
  stream: string;
  sum: number;
  last: bigint;
}

export const TALLIES: Table<Tally> = { name: 'tallies', columns: { stream: 'text', sum: 'integer', last: 'position' }, key: ['stream'] };

export type Counted = DomainEvent & { type: 'Counted'; data: { by: number } };

/** Sums what was counted per stream. `before` runs first: for events that cannot be applied. */
export function tallyProjection(version = 1, before: (event: RecordedEvent) => void = () => undefined): Projection {
  return {
    name: 'tally',
    version,
    tables: [TALLIES],
    on: {
      Counted: async (rows: Rows, event: RecordedEvent<Counted>) => {
        const tally = await rows.get(TALLIES, event.stream);
        rows.put(TALLIES, { stream: event.stream, sum: (tally?.sum ?? 0) + event.data.by, last: event.position });
        before(event);
      },
      Cleared: (rows: Rows, event: RecordedEvent) => rows.delete(TALLIES, event.stream),
    },
  };
}

/** A log that remembers what was said at which level. */
export class RememberingLog implements Log {
  readonly said: { level: string; message: string; facts?: Record<string, unknown> }[] = [];
  readonly debug = this.at('debug');
  readonly info = this.at('info');
  readonly warn = this.at('warn');
  readonly error = this.at('error');

  private at(level: string) {
    return (message: string, facts?: Record<string, unknown>) => void this.said.push({ level, message, ...(facts ? { facts } : {}) });
  }
}

/** The ports of a subscription around the stores of a test, with a clock that stands still. */
export class SubscriptionFixture {
  readonly log = new RememberingLog();
  readonly clock: ManualClock;
  readonly ports: SubscriptionPorts;
  private events = 0;

  constructor(
    readonly eventStore: EventStore,
    readonly readStore: ReadStore,
    clock: ManualClock,
  ) {
    this.clock = clock;
    const catalogue = new EventCatalogue([{ entries: { Counted: { sample: {} }, Cleared: { sample: {} }, Other: { sample: {} } } }]);
    this.ports = { eventStore, readStore, catalogue, clock, log: this.log };
  }

  /** Appends one event per number (`Counted` by it) or name, and returns the position of the last. */
  async append(stream: string, ...what: (number | string)[]): Promise<bigint> {
    let position = 0n;
    for (const each of what) {
      this.events += 1;
      const [type, data] = typeof each === 'number' ? ['Counted', { by: each }] : [each, {}];
      const metadata = { ...testMeta(), at: this.clock.timestamp(), command: 'Test', commandId: `command-${this.events}` };
      ({ position } = await this.eventStore.append(stream, 'any', [{ id: `event-${this.events}`, type, data, metadata }]));
    }
    return position;
  }
}
