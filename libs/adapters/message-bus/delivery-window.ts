import type { Delivery } from '@slipway/kernel';

/** A message on its way from the bus to a handler. */
export interface WaitingMessage {
  readonly delivery: Delivery;
  /** The delivery's offset: compared by the thousand, so no bigint. */
  readonly offset: number;
  /** Bytes of the value. */
  readonly bytes: number;
  /** Since when it waits to be handled, at the earliest: milliseconds since the epoch, by the clock of this process. */
  readonly waitingSince: number;
}

/** How many messages of a partition may be read and not yet acknowledged: bounds memory, and what is delivered again after a crash. */
const MAX_UNACKNOWLEDGED = 1_000;
/** A window that holds this many bytes of waiting values takes no further page. */
const MAX_WAITING_BYTES = 256 * 1024;

/**
 * The messages of one partition between reading and acknowledging. Of each key one is out at a time; the oldest message that may go goes first;
 * acknowledged is only what has nothing unfinished before it.
 */
export class DeliveryWindow {
  /** What is not acknowledged, in offset order, from `first` on. The first is never finished. */
  private unacknowledged: (WaitingMessage | undefined)[] = [];
  private first = 0;
  /** Of these, what was handled out of order. */
  private readonly finished = new Set<WaitingMessage>();
  /** Keys that have a message ready or out, with the messages that wait behind it. */
  private readonly behind = new Map<string, WaitingMessage[]>();
  /** In offset order, at most one of a key. */
  private readonly ready: WaitingMessage[] = [];
  private waitingBytes = 0;

  get empty(): boolean {
    return this.size === 0;
  }

  /** Messages that are not finished. */
  get unfinished(): number {
    return this.size - this.finished.size;
  }

  get full(): boolean {
    return this.size >= MAX_UNACKNOWLEDGED || this.waitingBytes >= MAX_WAITING_BYTES;
  }

  /** Less than half of it is used. */
  get roomy(): boolean {
    return this.size < MAX_UNACKNOWLEDGED / 2 && this.waitingBytes < MAX_WAITING_BYTES / 2;
  }

  /** Since when the oldest unfinished message waits. */
  get oldestWaitsSince(): number | undefined {
    return this.unacknowledged[this.first]?.waitingSince;
  }

  add(message: WaitingMessage): void {
    this.unacknowledged.push(message);
    this.waitingBytes += message.bytes;
    const { key } = message.delivery;
    const queue = this.behind.get(key);
    if (queue) {
      queue.push(message);
    } else {
      this.behind.set(key, []);
      this.ready.push(message);
    }
  }

  /** The oldest message that may be delivered now. */
  take(): WaitingMessage | undefined {
    const message = this.ready.shift();
    if (message) this.waitingBytes -= message.bytes;
    return message;
  }

  /** Marks a taken message as handled; returns the offset up to which everything now is, if that moved. */
  finish(message: WaitingMessage): number | undefined {
    this.releaseKey(message.delivery.key);
    if (this.unacknowledged[this.first] !== message) {
      this.finished.add(message);
      return undefined;
    }
    let last = message;
    for (let next = this.passFirst(); next && this.finished.delete(next); next = this.passFirst()) last = next;
    return last.offset;
  }

  private get size(): number {
    return this.unacknowledged.length - this.first;
  }

  /** Acknowledges the first; returns the one behind it. */
  private passFirst(): WaitingMessage | undefined {
    // Let go of at once: it may be large.
    this.unacknowledged[this.first] = undefined;
    this.first += 1;
    if (this.first === MAX_UNACKNOWLEDGED) {
      this.unacknowledged = this.unacknowledged.slice(this.first);
      this.first = 0;
    }
    return this.unacknowledged[this.first];
  }

  private releaseKey(key: string): void {
    const next = this.behind.get(key)?.shift();
    if (!next) {
      this.behind.delete(key);
      return;
    }
    let place = this.ready.length;
    while (place > 0 && (this.ready[place - 1]?.offset ?? 0) > next.offset) place -= 1;
    this.ready.splice(place, 0, next);
  }
}
