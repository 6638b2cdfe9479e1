/** A partition as a log knows it: `id` is the log's own short name for topic + number. */
export interface LogPartition {
  readonly id: number;
  readonly topic: string;
  readonly number: number;
}

export interface NewMessage {
  /** Id of the partition. */
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  /** Bytes of the value. */
  readonly bytes: number;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LoggedMessage extends NewMessage {
  /** At least 1; rises within a partition, with gaps; never used twice, not even after trimming. */
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
}

/** The last offset that a group acknowledged in a partition; 0 before the first. */
export interface GroupOffset {
  readonly group: string;
  readonly partition: number;
  readonly offset: number;
}

/**
 * What the embedded bus keeps: messages by partition and the groups' offsets. Synchronous, used by one process.
 * Errors: InfrastructureError `message-bus.unavailable` (retryable); nothing was written then.
 */
export interface MessageLog {
  /** All partitions there are. */
  partitions(): readonly LogPartition[];

  /** Creates a topic that does not exist yet and returns its partitions. */
  addTopic(topic: string, partitions: number): readonly LogPartition[];

  /** Stores messages (in this order, taken at `at`) and offsets durably in one step: all or nothing. */
  write(messages: readonly NewMessage[], at: number, offsets: readonly GroupOffset[]): void;

  /** Messages after an offset in order: at most `limit`, and at most `maxBytes` of values (but at least one message). */
  read(partition: number, after: number, limit: number, maxBytes: number): readonly LoggedMessage[];

  /** Offset of the partition's last message, 0 when it holds none. Cheap. */
  end(partition: number): number;

  /** How many messages there are after an offset. */
  count(partition: number, after: number): number;

  /** All stored offsets. */
  offsets(): readonly GroupOffset[];

  /** Drops the oldest messages up to an offset that were taken before a time, at most `limit`; returns how many. */
  trim(partition: number, upTo: number, before: number, limit: number): number;

  close(): void;
}
