import { type RecordedEvent, type SubscriptionPorts, type Telemetry, TOPICS } from '@slipway/kernel';
import { EventPublisher, type Topics } from './event-publisher';

/** So long events gather behind those that were just published: each message on its own would cost a write of the bus and one of the checkpoint. */
const GATHER_MS = 50;
/** Events published at a time: so many at once have gathered already. */
const MANY = 200;

/** Publishes every event there is, from the beginning of the log on, in `slipway.events`, which somebody has ensured. */
export class EventRelay extends EventPublisher {
  constructor(
    bus: Topics,
    private readonly observed: SubscriptionPorts & { readonly telemetry: Telemetry },
  ) {
    super({ name: 'relay-events', topic: TOPICS.events, maxBatch: MANY }, bus, observed);
  }

  protected override prepare(): Promise<void> {
    return Promise.resolve();
  }

  protected override async take(events: readonly RecordedEvent[], signal: AbortSignal): Promise<void> {
    if (!(await this.publish(events, signal))) return;
    const { clock, telemetry } = this.observed;
    for (const { metadata } of events) telemetry.metrics.relayed(this.name, Math.max(0, clock.now() - Date.parse(metadata.at)) / 1_000);
    await this.save(events.at(-1)!.position, [], signal);
    if (events.length < MANY) await clock.sleep(GATHER_MS, signal);
  }
}
