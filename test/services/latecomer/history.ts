import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, type EachMessagePayload, Kafka, logLevel } from 'kafkajs';
import type { Place } from '../release-train/slipway-topics';

/** An event as this service keeps it. */
export interface PastEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
}

const LOOK_MS = 200;
const PATIENCE_MS = 60_000;

/** Reads the topic of a replay to its end, in order per stream. What comes again is left out. */
export async function readReplay({ brokers, prefix }: Place, name: string): Promise<PastEvent[]> {
  const kafka = new Kafka({ clientId: 'latecomer', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const [admin, consumer] = [kafka.admin(), kafka.consumer({ groupId: `latecomer-${randomUUID()}` })];
  await Promise.all([admin.connect(), consumer.connect()]);
  const replay = new Replay(admin, prefix + name);
  try {
    // Slipway makes the topic when it begins.
    await until(`${name} is there`, async () => (await admin.listTopics()).includes(replay.topic));
    await consumer.subscribe({ topic: replay.topic, fromBeginning: true });
    await consumer.run({ eachMessage: (payload) => replay.take(payload) });
    await until(`${name} is read to its end`, () => replay.isOver());
    return [...replay.events.values()];
  } finally {
    await Promise.all([admin.disconnect(), consumer.disconnect()]);
  }
}

class Replay {
  readonly events = new Map<string, PastEvent>();
  /** Of each partition, the offset behind the last message that was taken. */
  private readonly taken = new Map<number, bigint>();
  private finished = false;

  constructor(
    private readonly admin: Admin,
    readonly topic: string,
  ) {}

  take({ partition, message: { key, headers, offset } }: EachMessagePayload): Promise<void> {
    const [id, type] = [String(headers?.['ce_id']), String(headers?.['ce_type'])];
    if (type === 'slipway.EventReplayFinished') this.finished = true;
    else if (!this.events.has(id)) this.events.set(id, { id, type, stream: String(key) });
    this.taken.set(partition, BigInt(offset) + 1n);
    return Promise.resolve();
  }

  /** The event that ends it is in one partition, behind all others of all partitions in time: now their ends tell. */
  async isOver(): Promise<boolean> {
    if (!this.finished) return false;
    const ends = await this.admin.fetchTopicOffsets(this.topic);
    return ends.every(({ partition, high }) => (this.taken.get(partition) ?? 0n) >= BigInt(high));
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo()); await pause(LOOK_MS)) {
    if (Date.now() > end) throw new Error(`waited ${PATIENCE_MS / 1_000} s in vain until ${what}`);
  }
}
