import { CatchUpSubscription, type MessageBus, type RecordedEvent, type SubscriptionPorts } from '@slipway/kernel';
import { eventMessage } from '../messages/event-message';

/** What publishing needs of the bus. */
export type Topics = Pick<MessageBus, 'publish' | 'ensureTopics'>;

interface Publication {
  /** Of the subscription. */
  readonly name: string;
  readonly topic: string;
  /** Events read, and published, at a time. Default 500. */
  readonly maxBatch?: number;
}

/**
 * Publishes events as they are stored, in log order and each at least once: a batch in one go, before its checkpoint is saved. None is ever left out: what the
 * bus refuses for good stands still and shows in readiness, since whoever counts on the topic must not miss anything.
 */
export abstract class EventPublisher extends CatchUpSubscription {
  protected readonly kind = 'relay';

  protected constructor(
    private readonly publication: Publication,
    protected readonly bus: Topics,
    ports: SubscriptionPorts,
  ) {
    const { name, maxBatch } = publication;
    super(name, 'beginning', ports, maxBatch === undefined ? {} : { maxBatch });
  }

  /** True when they are in the topic, false when the signal aborted before. */
  protected async publish(events: readonly RecordedEvent[], signal: AbortSignal): Promise<boolean> {
    if (events.length === 0) return true;
    const messages = events.map((event) => eventMessage(event, this.publication.topic));
    const published = await this.untilAvailable(async () => {
      this.refuseUnlessMine();
      await this.bus.publish(messages);
      return true;
    }, signal);
    return published ?? false;
  }
}
