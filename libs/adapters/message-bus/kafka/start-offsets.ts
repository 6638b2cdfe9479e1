import type { TopicPartition } from 'kafkajs';
import type { KafkaAdmin } from './kafka-admin';

/** Where a partition is read from, and where it ended when that was asked. */
export interface StartOffset extends TopicPartition {
  readonly offset: number;
  readonly end: number;
}

export interface StartRules {
  /** Kafka's name of the group whose offsets count; undefined: nobody keeps any. */
  readonly group?: string;
  /** Where a partition starts that has no offset. */
  readonly otherwise: 'earliest' | 'latest';
  /** An offset that goes before those of the group, where there is one. */
  readonly reached: (partition: TopicPartition) => number | undefined;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** Where a new owner begins in partitions. Errors: those of kafkaFailure. */
export async function startOffsets(admin: KafkaAdmin, partitions: readonly TopicPartition[], rules: StartRules): Promise<StartOffset[]> {
  if (partitions.length === 0) return [];
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  const committed = rules.group === undefined ? new Map<string, number>() : await committedBy(admin, rules.group, topics);
  const ranges = new Map<string, Range>();
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.ask(`say where ${topic} ends`, (asked) => asked.fetchTopicOffsets(topic)))
      ranges.set(`${topic}/${partition}`, { low: Number(low), high: Number(high) });
  }
  return partitions.map(({ topic, partition }) => {
    const range = ranges.get(`${topic}/${partition}`) ?? { low: 0, high: 0 };
    const wanted = rules.reached({ topic, partition }) ?? committed.get(`${topic}/${partition}`);
    const offset = wanted === undefined ? (rules.otherwise === 'latest' ? range.high : range.low) : within(range, wanted);
    if (wanted !== undefined && offset !== wanted)
      admin.client.on.log.warn('messages are gone that nobody handled, or their topic was made anew: going on with the oldest', { topic, partition, wanted, oldest: offset }); // prettier-ignore
    return { topic, partition, offset, end: range.high };
  });
}

/** Behind the end stands only who followed a topic of the same name that was deleted. */
function within({ low, high }: Range, wanted: number): number {
  return wanted < low || wanted > high ? low : wanted;
}

async function committedBy(admin: KafkaAdmin, groupId: string, topics: readonly string[]): Promise<Map<string, number>> {
  const known = await admin.ask(`say where ${groupId} stands`, (asked) => asked.fetchOffsets({ groupId, topics: [...topics] }));
  const offsets = new Map<string, number>();
  // A negative one is none: what Kafka answers for a partition without, and what kafkajs commits for "the oldest there is".
  for (const { topic, partitions } of known)
    for (const { partition, offset } of partitions) if (Number(offset) >= 0) offsets.set(`${topic}/${partition}`, Number(offset));
  return offsets;
}
