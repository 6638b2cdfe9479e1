import { randomUUID } from 'node:crypto';
import type { EventMetadata, RecordedEvent } from '../../event';
import type { EventBatch, EventStore, EventToAppend } from '../../ports/event-store';

export interface OpenedEventStore {
  readonly store: EventStore;
  close(): Promise<void>;
  /** Closes the store and opens the same log again. Absent where nothing outlives a close. */
  reopen?(): Promise<OpenedEventStore>;
}

const metadata: EventMetadata = {
  actor: 'contract',
  at: '2026-01-05T08:00:00.000Z',
  command: 'Contract',
  commandId: 'c-1',
  correlationId: 'c-1',
  causationId: 'c-1',
};

/** An event to append, with an id nobody had before: servers keep what earlier runs stored. */
export function event(data: object = {}, type = 'ContractHappened'): EventToAppend {
  return { id: randomUUID(), type, data, metadata };
}

export function events(count: number, type?: string): EventToAppend[] {
  return Array.from({ length: count }, (_, number) => event({ number }, type));
}

export function newStream(word = 'stream'): string {
  return `contract-${word}-${randomUUID()}`;
}

export function idsOf(list: readonly { id: string }[]): string[] {
  return list.map((one) => one.id);
}

/** The store of the running test, and what it needs besides. */
export class StoreUnderTest {
  private opened: OpenedEventStore | undefined;
  private abort = new AbortController();

  use(opened: OpenedEventStore): void {
    this.opened = opened;
    this.abort = new AbortController();
  }

  get store(): EventStore {
    if (!this.opened) throw new Error('no store is open');
    return this.opened.store;
  }

  /** Aborted at the end of the test. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  async reopen(): Promise<void> {
    if (this.opened?.reopen) this.opened = await this.opened.reopen();
  }

  async close(): Promise<void> {
    this.abort.abort();
    await this.opened?.close();
    this.opened = undefined;
  }

  /** Batches of a subscription until one satisfies `enough`. */
  async batches(after: bigint, enough: (all: readonly EventBatch[]) => boolean, maxBatch?: number): Promise<EventBatch[]> {
    const all: EventBatch[] = [];
    for await (const batch of this.store.subscribe({ after, signal: this.signal, maxBatch })) {
      all.push(batch);
      if (enough(all)) break;
    }
    return all;
  }

  /** Events of a subscription until its checkpoint reached a position. */
  async eventsUntil(after: bigint, position: bigint, maxBatch?: number): Promise<RecordedEvent[]> {
    const all = await this.batches(after, (seen) => (seen.at(-1)?.checkpoint ?? 0n) >= position, maxBatch);
    return all.flatMap((batch) => batch.events);
  }
}
