import type { RecordedEvent } from '../event';
import type { Message, MessageBus } from '../ports/message-bus';
import type { SubscriptionOptions, SubscriptionPorts } from './catch-up-subscription';
import { type ConsumerIdentity, EventConsumer } from './event-consumer';

export interface Relay extends ConsumerIdentity {
  /**
   * What an event says to the outside; most say nothing. It reads, and may send commands, with ids derived from the event: asked again, it says the same, and
   * they are repeats.
   */
  readonly messages: (event: RecordedEvent) => Promise<readonly Message[]>;
}

/** Publishes what events say, at least once and in log order: a batch's messages in one go, before its checkpoint is saved. */
export class RelayRunner extends EventConsumer {
  protected readonly kind = 'relay';

  constructor(
    private readonly relay: Relay,
    private readonly bus: Pick<MessageBus, 'publish'>,
    ports: SubscriptionPorts,
    options: SubscriptionOptions = {},
  ) {
    super(relay, ports, options);
  }

  protected override handle(event: RecordedEvent): Promise<void> {
    return this.publish([event]);
  }

  protected override handleTogether(events: readonly RecordedEvent[]): Promise<void> {
    return this.publish(events);
  }

  private async publish(events: readonly RecordedEvent[]): Promise<void> {
    const messages: Message[] = [];
    for (const event of events) messages.push(...(await this.relay.messages(event)));
    if (messages.length === 0) return;
    this.refuseUnlessMine();
    await this.bus.publish(messages);
  }
}
