import { type RecordedEvent, type SubscriptionPorts, TOPICS } from '@slipway/kernel';
import { EventPublisher, type Topics } from './event-publisher';

/** Publishes every event there is, from the beginning of the log on, in `slipway.events`, which somebody has ensured. */
export class EventRelay extends EventPublisher {
  constructor(bus: Topics, ports: SubscriptionPorts) {
    super({ name: 'relay-events', topic: TOPICS.events }, bus, ports);
  }

  protected override prepare(): Promise<void> {
    return Promise.resolve();
  }

  protected override async take(events: readonly RecordedEvent[], signal: AbortSignal): Promise<void> {
    if (await this.publish(events, signal)) await this.save(events.at(-1)!.position, [], signal);
  }
}
