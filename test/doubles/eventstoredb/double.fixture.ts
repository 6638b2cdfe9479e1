import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { binaryEvent, type BinaryEventData, EventStoreDBClient, jsonEvent, type JSONEventData } from '@eventstore/db-client';
import { type DoubleOptions, EventStoreDbDouble } from './eventstoredb-double';

/** The double of the running test, and a plain client of it. */
export class Plain {
  double!: EventStoreDbDouble;
  client!: EventStoreDBClient;

  async open(options?: DoubleOptions): Promise<void> {
    this.double = await EventStoreDbDouble.start(options);
    this.client = EventStoreDBClient.connectionString(this.double.url);
  }

  /** In this order: the client rejects what is pending when it is disposed. */
  async close(): Promise<void> {
    this.double.faults.speak();
    await this.client.dispose();
    this.double.stop();
  }
}

export function event(data: Record<string, unknown> | string = {}, type = 'Happened'): JSONEventData {
  return jsonEvent({ id: randomUUID(), type, data: data });
}

export function events(count: number, type?: string): JSONEventData[] {
  return Array.from({ length: count }, (_, number) => event({ number }, type));
}

export function binaryOf(size: number): BinaryEventData {
  return binaryEvent({ type: 'Bytes', data: Buffer.alloc(size) });
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The first so many of something endless. */
export async function first<T>(items: AsyncIterable<T>, count: number): Promise<T[]> {
  const list: T[] = [];
  if (count > 0) {
    for await (const item of items) if (list.push(item) === count) break;
  }
  return list;
}

/** What a promise is rejected with. */
export async function failureOf(work: Promise<unknown>): Promise<Error & { code?: number }> {
  return work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Error & { code?: number }) => error,
  );
}

/** The client learns of a restart by a call that fails, or by several. */
export async function afterRestart<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === 50 || (error as { code?: number }).code !== 14) throw error;
      await pause(10);
    }
  }
}
