// What kafkajs 2.2.4 does not export and `mended-kafkajs.ts` mends: as much of it as that needs. The version is pinned.

declare module 'kafkajs/src/network/requestQueue' {
  class RequestQueue {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests: (this: RequestQueue) => void;
  }
  export = RequestQueue;
}

declare module 'kafkajs/src/consumer/consumerGroup' {
  import type { Assigner, Batch, Offsets, TopicPartition, TopicPartitionOffset, TopicPartitions } from 'kafkajs';
  class ConsumerGroup {
    readonly assigners: readonly Assigner[];
    readonly memberId: string | null;
    readonly generationId: number | null;
    joinAndSync: (this: ConsumerGroup) => Promise<void>;
    fetch: (this: ConsumerGroup, nodeId: string) => Promise<readonly ConsumerGroup.FetchedBatch[]>;
    assigned(): TopicPartitions[];
    seek(place: TopicPartitionOffset): void;
    pause(partitions: readonly TopicPartitions[]): void;
    resume(partitions: readonly TopicPartitions[]): void;
    hasSeekOffset(partition: TopicPartition): boolean;
    commitOffsets(offsets: Offsets): Promise<void>;
  }
  namespace ConsumerGroup {
    interface FetchedBatch extends Batch {
      /** Where the fetch that brought it began. */
      readonly fetchedOffset: string;
      /** It held records, and none of them is a message (marks of transactions, what they took back): kafkajs goes on behind it by itself. */
      isEmptyDueToFiltering(): boolean;
    }
  }
  export = ConsumerGroup;
}
