import type { RecordedEvent } from '../event';
import type { Clock } from '../ports/clock';
import type { ReadStore, Schema, Table } from '../ports/read-store';

/** An event that a reactor or relay could not handle, or that stands behind one in its stream. */
export interface ParkedEvent {
  readonly subscription: string;
  readonly position: bigint;
  readonly stream: string;
  readonly eventId: string;
  readonly reason: string;
  /** When it was parked: RFC 3339 UTC. */
  readonly at: string;
}

export const PARKED_EVENTS: Table<ParkedEvent> = {
  name: 'parked_events',
  columns: { subscription: 'text', position: 'position', stream: 'text', eventId: 'text', reason: 'text', at: 'text' },
  key: ['subscription', 'position'],
};

/** Shared by all subscriptions; no projection, so never rebuilt. */
export const PARKED_EVENTS_SCHEMA: Schema = { name: 'parked_events', version: 1, tables: [PARKED_EVENTS] };

/** The parked events of one subscription. While one of a stream is parked, the later ones of that stream must be parked as well. */
export class ParkedEvents {
  private streams = new Map<string, Set<bigint>>();

  constructor(
    private readonly subscription: string,
    private readonly readStore: ReadStore,
    private readonly clock: Clock,
  ) {}

  async load(): Promise<void> {
    await this.readStore.prepare(PARKED_EVENTS_SCHEMA);
    this.streams = new Map();
    for (const { stream, position } of await this.list()) this.remember(stream, position);
  }

  holds(stream: string): boolean {
    return this.streams.has(stream);
  }

  count(): number {
    return [...this.streams.values()].reduce((sum, positions) => sum + positions.size, 0);
  }

  /** In log order. */
  list(): Promise<ParkedEvent[]> {
    const query = { where: { subscription: this.subscription }, orderBy: ['position'] as const };
    return this.readStore.read(PARKED_EVENTS_SCHEMA, (snapshot) => snapshot.select(PARKED_EVENTS, query));
  }

  /** An event that is parked already keeps its reason. */
  async park(event: Pick<RecordedEvent, 'position' | 'stream' | 'id'>, reason: string): Promise<void> {
    if (this.streams.get(event.stream)?.has(event.position)) return;
    await this.write({
      subscription: this.subscription,
      position: event.position,
      stream: event.stream,
      eventId: event.id,
      reason,
      at: this.clock.timestamp(),
    });
    this.remember(event.stream, event.position);
  }

  async giveReason(parked: ParkedEvent, reason: string): Promise<void> {
    await this.write({ ...parked, reason, at: this.clock.timestamp() });
  }

  async release({ stream, position }: ParkedEvent): Promise<void> {
    await this.readStore.write([{ table: PARKED_EVENTS, key: [this.subscription, position], row: null }]);
    const positions = this.streams.get(stream);
    positions?.delete(position);
    if (positions?.size === 0) this.streams.delete(stream);
  }

  private async write(row: ParkedEvent): Promise<void> {
    await this.readStore.write([{ table: PARKED_EVENTS, key: [row.subscription, row.position], row }]);
  }

  private remember(stream: string, position: bigint): void {
    this.streams.set(stream, (this.streams.get(stream) ?? new Set()).add(position));
  }
}
