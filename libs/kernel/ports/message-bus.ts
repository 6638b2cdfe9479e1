/** A message as it is published. `key` orders: messages of one key in one topic are delivered in the order of publishing. */
export interface Message {
  readonly topic: string;
  readonly key: string;
  /** JSON text as a rule; anything a foreign producer sent otherwise. */
  readonly value: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A message as it is delivered. Topic + partition + offset is its identity. */
export interface Delivery extends Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly partition: number;
  /** Place in its partition: compare, never count. */
  readonly offset: bigint;
  /** When the bus took it, milliseconds since the epoch. */
  readonly publishedAt: number;
}

export interface ConsumeOptions {
  /**
   * Consumers of one group share the topic's partitions: each partition has one owner at a time, and resumes after the last acknowledged
   * delivery. Without a group the consumer gets every message published after it started (`started` resolved), and acknowledges nothing.
   */
  readonly group?: string;
  readonly topics: readonly string[];
  /** Where a group without an offset starts. Default `earliest`. */
  readonly from?: 'earliest' | 'latest';
  /** How many deliveries of different keys may be handled at once in a partition; acknowledged only up to the first gap. Default 1. */
  readonly concurrency?: number;
  /**
   * Resolving acknowledges. Rejecting hands the delivery back: it is delivered again after a pause, before anything later of its key. Use
   * `withDeadLetters` to bound the tries. Handlers run one after another for a key, whatever the concurrency.
   */
  readonly handle: (delivery: Delivery) => Promise<void>;
}

export interface PartitionState {
  readonly topic: string;
  readonly partition: number;
  /**
   * Since when (clock's milliseconds) this consumer holds the partition and keeps up with it: it had handled everything that was published, and no
   * message has waited longer than KEEPS_UP_MS to be handled since. Undefined while behind. (Were it set anew by every message, a partition with steady traffic
   * would never count as caught up for long.)
   */
  readonly caughtUpSince?: number;
}

export interface Consumer {
  /** Resolves when the consumer holds its partitions, or, without a group, when it stands at the end. */
  readonly started: Promise<void>;
  /** The partitions that this consumer holds now. */
  partitions(): readonly PartitionState[];
  /** By topic: how many messages of the partitions that this consumer holds are published and not handled yet, as far as it knows. For metrics. */
  lag(): ReadonlyMap<string, number>;
  /** Why it takes nothing now, in plain words (it lost its broker, or is to join its group again); undefined while it holds what it should. */
  trouble(): string | undefined;
  /** Stops taking; waits for handlers that run; acknowledges what they finished. */
  stop(): Promise<void>;
}

export interface TopicSpec {
  readonly name: string;
  /** What a missing topic is created with. One that is there already keeps what it has. */
  readonly partitions: number;
  /** How long messages are kept, milliseconds; absent: as the broker is set. */
  readonly retentionMs?: number;
}

/**
 * Carries messages at least once, in order per key, and decides nothing. Every adapter passes `kernel/testing/message-bus.contract.ts`.
 * Errors: InfrastructureError `message-bus.unavailable` (retryable), `message-bus.too-large` (not retryable).
 */
export abstract class MessageBus {
  /** Creates missing topics. Publishing to or consuming from a topic nobody ensured is refused: `message-bus.unknown-topic`. */
  abstract ensureTopics(topics: readonly TopicSpec[]): Promise<void>;

  /**
   * Durable when it resolves. A refusal (one value has more than MAX_MESSAGE_BYTES, say) stores none of the call's messages; after `message-bus.unavailable` any of
   * them may be stored: repeat the whole call.
   */
  abstract publish(messages: readonly Message[]): Promise<void>;

  abstract consume(options: ConsumeOptions): Consumer;

  /** The partition that a key of a topic lands in. */
  abstract partitionOf(topic: string, key: string): number;

  /** Why it cannot carry messages now, in plain words; undefined while it can, as far as it knows. */
  abstract trouble(): string | undefined;

  /** Stops all consumers, then lets go of the resources. */
  abstract close(): Promise<void>;
}

export const MAX_MESSAGE_BYTES = 1_000_000;

/** A message may take this long from publishing until it is handled without its consumer counting as behind. */
export const KEEPS_UP_MS = 1_000;
