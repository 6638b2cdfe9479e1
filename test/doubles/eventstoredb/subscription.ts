import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { streamDeleted, TOO_SLOW } from './answers';
import type { Database } from './database';
import type { EventFilter } from './event-filter';
import type { Faults } from './faults';
import type { Output } from './output';
import { caughtUp, checkpointAt, confirmed, eventAnswer, fellBehind } from './read-answers';
import type { LogRecord } from './record';

const PAGE = 32;
/** What waits for a live subscriber before it counts as too slow. */
const LIVE_BUFFER = 32;

/** What a subscription follows: the whole log by position, or one stream by revision. */
export interface Followed {
  /** Unless it is the whole log. */
  readonly stream?: string;
  readonly filter?: EventFilter;
  /** Exclusive. */
  readonly after: bigint;
  readonly live: boolean;
}

export interface SubscriptionSurroundings {
  readonly database: Database;
  readonly faults: Faults;
  /** From 24.10 on, who falls behind while live is caught up again; before, they are dropped. */
  readonly fallsBehind: boolean;
}

type Waiting = { readonly record: LogRecord } | { readonly checkpoint: bigint };

/** One catch-up subscription: history by pages, then what is committed, out of a small buffer. */
export class Subscription {
  private after: bigint;
  private considered = 0;
  private waiting: Waiting[] = [];
  private overflowed = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly followed: Followed,
    private readonly options: ReadReq.Options,
    private readonly output: Output,
    private readonly on: SubscriptionSurroundings,
  ) {
    this.after = followed.after;
  }

  async run(): Promise<void> {
    await this.output.write(confirmed(randomUUID()));
    const { filter, live, after } = this.followed;
    if (filter && after < 0n) await this.output.write(checkpointAt(0n));
    if (!live) await this.catchUp();
    while (!this.output.ended) {
      await this.goLive();
      if (!this.overflowed) return;
      if (!this.on.fallsBehind) return this.output.fail(TOO_SLOW);
      await this.output.write(fellBehind());
      await this.catchUp();
    }
  }

  private async catchUp(): Promise<void> {
    const { filter } = this.followed;
    for (;;) {
      const page = this.page();
      const start = page[0];
      if (!start || this.output.ended) return;
      let reached = start.position;
      for (const record of page) {
        if (!filter || filter.allows(record)) {
          reached = record.position;
          await this.deliver({ record });
        }
        this.after = this.keyOf(record);
      }
      this.considered += page.length;
      if (!filter || this.considered < filter.interval || this.page().length === 0) continue;
      this.considered %= filter.interval;
      await this.output.write(checkpointAt(reached));
    }
  }

  /** Returns when the caller is gone or too slow, or the stream is deleted for good. */
  private async goLive(): Promise<void> {
    this.waiting = [];
    this.overflowed = false;
    const follow = (records: readonly LogRecord[]) => this.take(records);
    this.on.database.followers.add(follow);
    // What was stored since the last look, or since it was asked for.
    this.take(this.unseen());
    try {
      if (this.exists || this.on.fallsBehind) await this.output.write(caughtUp());
      while (!this.output.ended && !this.overflowed) {
        const next = this.waiting.shift();
        if (!next) await this.more();
        else if (await this.deliver(next)) return this.output.fail(streamDeleted(this.followed.stream!));
      }
    } finally {
      this.on.database.followers.delete(follow);
    }
  }

  private take(records: readonly LogRecord[]): void {
    const { stream, filter } = this.followed;
    for (const record of records) {
      if (stream !== undefined && record.stream !== stream) continue;
      if (this.keyOf(record) <= this.after) continue;
      this.considered += 1;
      if (!filter || filter.allows(record)) this.waiting.push({ record });
      if (filter && this.considered >= filter.interval) {
        this.considered = 0;
        this.waiting.push({ checkpoint: record.position });
      }
    }
    this.overflowed ||= this.waiting.length > LIVE_BUFFER;
    this.wake();
  }

  /** True when it was the last there will ever be. */
  private async deliver(next: Waiting): Promise<boolean> {
    if (this.on.faults.slowSubscriptionMs > 0) await pause(this.on.faults.slowSubscriptionMs);
    await this.output.write(this.answerOf(next));
    this.after = 'record' in next ? this.keyOf(next.record) : next.checkpoint;
    return 'record' in next && this.followed.stream !== undefined && next.record.type === '$streamDeleted';
  }

  private answerOf(next: Waiting): ReadResp {
    return 'record' in next ? eventAnswer(next.record, this.on.database, this.options.getResolveLinks()) : checkpointAt(next.checkpoint);
  }

  private page(): LogRecord[] {
    return this.unseen(this.followed.filter?.window ?? PAGE);
  }

  private unseen(most = Infinity): LogRecord[] {
    const { stream } = this.followed;
    const { database } = this.on;
    if (stream !== undefined)
      return database
        .visible(stream)
        .filter((record) => record.revision > this.after)
        .slice(0, most);
    const first = database.indexFrom(this.after + 1n);
    return database.log.slice(first, first + most);
  }

  private keyOf(record: LogRecord): bigint {
    return this.followed.stream === undefined ? record.position : record.revision;
  }

  private get exists(): boolean {
    return this.followed.stream === undefined || this.on.database.streamOf(this.followed.stream).records.length > 0;
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.output.onEnd(resolve);
    });
  }
}
