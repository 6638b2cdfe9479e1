import type { ConsumerLag } from '../ports/metrics';
import { type Consumer, type ConsumeOptions, type Delivery, type Message, MessageBus, type TopicSpec } from '../ports/message-bus';
import { traceparentIn } from '../traceparent';
import type { Telemetry } from './telemetry';
import { within, workAtHand, type WorkAtHand } from './work-at-hand';

const LONGEST_CORRELATION_ID = 200;

/**
 * Any bus, with what is published timed, and told to which work it belongs by the headers `correlation-id` and `traceparent` (those that it has already stay):
 * whoever handles the message goes on with that work.
 */
export class ObservedMessageBus extends MessageBus {
  private readonly consumers = new Map<Consumer, string>();

  constructor(
    private readonly bus: MessageBus,
    private readonly telemetry: Telemetry,
  ) {
    super();
  }

  ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    return this.bus.ensureTopics(topics);
  }

  async publish(messages: readonly Message[]): Promise<void> {
    const published = this.telemetry.metrics.startPublish();
    const work = workAtHand();
    await this.bus.publish(messages.map((message) => belonging(message, work)));
    published();
  }

  consume(options: ConsumeOptions): Consumer {
    const handle = (delivery: Delivery) => within(workOf(delivery), () => options.handle(delivery));
    const consumer = this.bus.consume({ ...options, handle });
    if (options.group !== undefined) this.consumers.set(consumer, options.group);
    return {
      started: consumer.started,
      partitions: () => consumer.partitions(),
      lag: () => consumer.lag(),
      trouble: () => consumer.trouble(),
      stop: () => {
        this.consumers.delete(consumer);
        return consumer.stop();
      },
    };
  }

  partitionOf(topic: string, key: string): number {
    return this.bus.partitionOf(topic, key);
  }

  trouble(): string | undefined {
    return this.bus.trouble();
  }

  close(): Promise<void> {
    return this.bus.close();
  }

  /** Of all groups that consume here. */
  lags(): ConsumerLag[] {
    return [...this.consumers].flatMap(([consumer, group]) => [...consumer.lag()].map(([topic, messages]) => ({ topic, group, messages })));
  }
}

/** A message with the headers that say what it belongs to. */
export function belonging(message: Message, { correlationId, traceparent }: WorkAtHand): Message {
  if (correlationId === undefined && traceparent === undefined) return message;
  const headers = {
    ...(correlationId === undefined ? {} : { 'correlation-id': correlationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...message.headers,
  };
  return { ...message, headers };
}

function workOf({ headers }: Delivery): WorkAtHand {
  return {
    correlationId: headers['correlation-id']?.slice(0, LONGEST_CORRELATION_ID),
    traceparent: traceparentIn(headers['traceparent']),
  };
}
