import type { RecordedEvent } from '../event';
import {
  type Appended,
  type EventBatch,
  EventStore,
  type EventToAppend,
  type ExpectedVersion,
  type SubscribeOptions,
} from '../ports/event-store';
import type { Telemetry } from './telemetry';

/** Any event store, with its appends timed and traced. */
export class ObservedEventStore extends EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly telemetry: Telemetry,
  ) {
    super();
  }

  get soleWriter(): boolean {
    return this.store.soleWriter;
  }

  logId(): Promise<string> {
    return this.store.logId();
  }

  async append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly EventToAppend[],
    options?: { keepForSeconds?: number },
  ): Promise<Appended> {
    const appended = this.telemetry.metrics.startAppend();
    const attributes = { 'slipway.stream': stream, 'slipway.events': events.length };
    const result = await this.telemetry.span('append', { kind: 'client', attributes }, () =>
      this.store.append(stream, expected, events, options),
    );
    appended();
    return result;
  }

  readStream(stream: string, options?: { from?: number; limit?: number }): Promise<RecordedEvent[]> {
    return this.store.readStream(stream, options);
  }

  readAll(options: { after: bigint; limit?: number }): Promise<RecordedEvent[]> {
    return this.store.readAll(options);
  }

  head(): Promise<bigint> {
    return this.store.head();
  }

  subscribe(options: SubscribeOptions): AsyncIterable<EventBatch> {
    return this.store.subscribe(options);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
