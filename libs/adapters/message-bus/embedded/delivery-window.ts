import type { LoggedMessage } from './message-log';

/** How many messages of a partition may be read and not yet acknowledged: bounds memory, and what is delivered again after a crash. */
const MAX_UNACKNOWLEDGED = 1_000;
/** A window that holds this many bytes of waiting values takes no further page. */
const MAX_WAITING_BYTES = 256 * 1024;

/**
 * The messages of one partition between reading and acknowledging. Of each key one is out at a time; the oldest message that may go goes first;
 * acknowledged is only what has nothing unfinished before it.
 */
export class DeliveryWindow {
  /** When each unacknowledged message was published, in offset order. The first is never finished. */
  private readonly unacknowledged = new Map<number, number>();
  private readonly finished = new Set<number>();
  /** Keys that have a message ready or out, with the messages that wait behind it. */
  private readonly behind = new Map<string, LoggedMessage[]>();
  /** In offset order, at most one of a key. */
  private readonly ready: LoggedMessage[] = [];
  private waitingBytes = 0;

  get empty(): boolean {
    return this.unacknowledged.size === 0;
  }

  /** Messages that are not finished. */
  get unfinished(): number {
    return this.unacknowledged.size - this.finished.size;
  }

  get full(): boolean {
    return this.unacknowledged.size >= MAX_UNACKNOWLEDGED || this.waitingBytes >= MAX_WAITING_BYTES;
  }

  /** When the oldest unfinished message was published. */
  get oldestPublishedAt(): number | undefined {
    return this.unacknowledged.values().next().value;
  }

  add(message: LoggedMessage): void {
    this.unacknowledged.set(message.offset, message.publishedAt);
    this.waitingBytes += message.bytes;
    const queue = this.behind.get(message.key);
    if (queue) {
      queue.push(message);
    } else {
      this.behind.set(message.key, []);
      this.ready.push(message);
    }
  }

  /** The oldest message that may be delivered now. */
  take(): LoggedMessage | undefined {
    const message = this.ready.shift();
    if (message) this.waitingBytes -= message.bytes;
    return message;
  }

  /** Marks a taken message as handled; returns the offset up to which everything now is, if that moved. */
  finish(message: LoggedMessage): number | undefined {
    this.finished.add(message.offset);
    this.releaseKey(message.key);
    let upTo: number | undefined;
    for (const offset of this.unacknowledged.keys()) {
      if (!this.finished.delete(offset)) break;
      this.unacknowledged.delete(offset);
      upTo = offset;
    }
    return upTo;
  }

  private releaseKey(key: string): void {
    const next = this.behind.get(key)?.shift();
    if (!next) {
      this.behind.delete(key);
      return;
    }
    let place = 0;
    while (place < this.ready.length && (this.ready[place]?.offset ?? 0) < next.offset) place += 1;
    this.ready.splice(place, 0, next);
  }
}
