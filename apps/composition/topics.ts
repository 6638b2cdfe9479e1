import { tasksTopic, TOPICS, type TopicSpec } from '@slipway/kernel';
import type { Settings } from '@slipway/platform';

const HOUR_MS = 3_600_000;
/** What everybody follows, or what few speak on: one partition each. */
const NARROW = [TOPICS.control, TOPICS.slots, TOPICS.deadLetters];
const WIDE = [TOPICS.commands, TOPICS.replies, TOPICS.progress, TOPICS.logs, TOPICS.events];

type TopicSettings = Pick<Settings, 'TOPIC_PARTITIONS' | 'TOPIC_RETENTION_HOURS'>;

/** How a topic whose messages are shared out among consumers is created. */
export function wideTopic(name: string, settings: TopicSettings): TopicSpec {
  return { name, partitions: settings.TOPIC_PARTITIONS, retentionMs: retentionMs(settings) };
}

/** How long topics keep what is in them. */
export function retentionMs({ TOPIC_RETENTION_HOURS: hours }: Pick<Settings, 'TOPIC_RETENTION_HOURS'>): number {
  return hours * HOUR_MS;
}

/** All topics that Slipway's own processes speak on, and the tasks of the pools named in the settings; those of others are made when they are first asked for. */
export function allTopics(settings: TopicSettings & Pick<Settings, 'WORKER_POOLS'>): TopicSpec[] {
  const wide = [...WIDE, ...settings.WORKER_POOLS.map(tasksTopic)].map((name) => wideTopic(name, settings));
  return [...wide, ...NARROW.map((name) => ({ ...wideTopic(name, settings), partitions: 1 }))];
}
