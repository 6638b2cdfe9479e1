import type { RecordedEvent } from '@slipway/kernel';
import { decoded, type EventRow } from './event-row';

const MOST_EVENTS = 4_096;
const MOST_CHARACTERS = 16_777_216;

interface Entry {
  readonly row: EventRow;
  event?: RecordedEvent;
}

/**
 * The last committed events, so that subscribers at the head read nothing from disk or server. Each is decoded once, when first asked for, and deeply
 * frozen, since several consumers get the same object.
 */
export class TailRing {
  private entries: Entry[] = [];
  private characters = 0;

  /** `floor`: every visible event after this position is here. */
  constructor(private floor: number) {}

  add(row: EventRow): void {
    this.entries.push({ row });
    this.characters += sizeOf(row);
    // Half at once, so that dropping costs nothing per event.
    if (this.entries.length > MOST_EVENTS || this.characters > MOST_CHARACTERS) this.drop(Math.ceil(this.entries.length / 2));
  }

  /** At most `limit` events after a position, or undefined when some of them are no longer here. */
  after(position: number, limit: number): RecordedEvent[] | undefined {
    if (position < this.floor) return undefined;
    const first = this.indexAfter(position);
    return this.entries.slice(first, first + limit).map((entry) => (entry.event ??= deeplyFrozen(decoded(entry.row))));
  }

  private drop(count: number): void {
    const dropped = this.entries.slice(0, count);
    this.entries = this.entries.slice(count);
    for (const { row } of dropped) this.characters -= sizeOf(row);
    this.floor = dropped.at(-1)!.row.position;
  }

  private indexAfter(position: number): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.entries[middle]!.row.position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function sizeOf(row: EventRow): number {
  return row.data.length + row.metadata.length;
}

function deeplyFrozen<T extends object>(value: T): T {
  for (const inner of Object.values(value) as unknown[]) if (typeof inner === 'object' && inner !== null) deeplyFrozen(inner);
  return Object.freeze(value);
}
