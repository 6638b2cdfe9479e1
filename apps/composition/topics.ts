import { tasksTopic, TOPICS, type TopicSpec } from '@slipway/kernel';
import type { Settings } from '@slipway/platform';

const HOUR_MS = 3_600_000;
/** What everybody follows, or what few speak on: one partition each. */
const NARROW = [TOPICS.control, TOPICS.slots, TOPICS.deadLetters];
const WIDE = [TOPICS.commands, TOPICS.replies, TOPICS.progress, TOPICS.logs, TOPICS.events];

type TopicSettings = Pick<Settings, 'TOPIC_PARTITIONS' | 'TOPIC_RETENTION_HOURS'>;
type Pools = Pick<Settings, 'WORKER_POOLS'>;

/** How a topic whose messages are shared out among consumers is created. */
export function wideTopic(name: string, settings: TopicSettings): TopicSpec {
  return { name, partitions: settings.TOPIC_PARTITIONS, retentionMs: retentionMs(settings) };
}

/** How long topics keep what is in them. */
export function retentionMs({ TOPIC_RETENTION_HOURS: hours }: Pick<Settings, 'TOPIC_RETENTION_HOURS'>): number {
  return hours * HOUR_MS;
}

/** All topics that Slipway's own processes speak on, and the tasks of the pools named in the settings; those of others are made when they are first asked for. */
export function allTopics(settings: TopicSettings & Pools): TopicSpec[] {
  return specsOf([...WIDE, ...NARROW, ...settings.WORKER_POOLS.map(tasksTopic)], settings);
}

/** Those that a worker reads or writes: its user of Kafka may have rights to no others. */
export function workerTopics(settings: TopicSettings & Pools): TopicSpec[] {
  return specsOf([TOPICS.progress, TOPICS.logs, ...NARROW, ...settings.WORKER_POOLS.map(tasksTopic)], settings);
}

function specsOf(names: readonly string[], settings: TopicSettings): TopicSpec[] {
  const narrow: readonly string[] = NARROW;
  return names.map((name) => ({ ...wideTopic(name, settings), ...(narrow.includes(name) ? { partitions: 1 } : {}) }));
}
