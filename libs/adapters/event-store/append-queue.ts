import type { Appended } from '@slipway/kernel';
import type { PreparedAppend } from './prepared-append';

/** An append and the promise that waits for it. */
export interface Waiting {
  readonly append: PreparedAppend;
  readonly resolve: (appended: Appended | Promise<Appended>) => void;
  readonly reject: (error: unknown) => void;
}

/** Appends in the order of their arrival, until they are written in groups (decision 11). */
export class AppendQueue {
  private waiting: Waiting[] = [];

  /** What a group holds at most; a larger append is a group by itself. */
  constructor(private readonly most: { readonly events: number; readonly bytes: number }) {}

  get length(): number {
    return this.waiting.length;
  }

  add(append: PreparedAppend): Promise<Appended> {
    return new Promise((resolve, reject) => this.waiting.push({ append, resolve, reject }));
  }

  /** Takes out those first in line that fit into one group; empty when nobody waits. */
  nextGroup(): Waiting[] {
    let [count, events, bytes] = [0, 0, 0];
    for (const { append } of this.waiting) {
      events += append.events.length;
      bytes += append.bytes;
      if (count > 0 && (events > this.most.events || bytes > this.most.bytes)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }
}
