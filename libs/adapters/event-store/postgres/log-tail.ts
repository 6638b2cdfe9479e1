import { type EventBatch, isSystemEvent, type RecordedEvent } from '@slipway/kernel';
import type { GrowingLog } from '../catch-up';
import { CommitSignal } from '../commit-signal';
import { decoded, type EventRow } from '../event-row';
import { TailRing } from '../tail-ring';
import type { EventTables } from './event-tables';

/** Events read from the server at a time, for whoever follows. */
const READ_AHEAD = 1_000;
/** Who is further behind than that reads for itself. */
const NEAR = 4_096;

/**
 * The log as the subscriptions of this process see it. Those near its end share what is read: the foremost reads ahead, the others find it in the ring. Positions
 * become visible in their order (decision 026), so whoever knows of one knows that all before it are there.
 */
export class LogTail implements GrowingLog {
  readonly commits = new CommitSignal();
  closed = false;
  /** True while somebody tells of every commit; otherwise each question is asked of the server. */
  told = false;
  /** The highest position known to be committed. */
  private end = 0;
  private known = { last: 0, head: 0 };
  private ring = new TailRing(0);
  /** Every visible event after the ring's floor up to here is in the ring. */
  private read = 0;
  private reading: Promise<void> | undefined;
  /** How far this process has written, as the server told before it gave its answer. */
  private writtenTo = 0;

  constructor(private readonly tables: EventTables) {}

  /** Somebody committed up to a position. */
  reached(position: number): void {
    if (position <= this.end) return;
    this.end = position;
    this.commits.announce();
  }

  /** The same, told of what this process writes itself: its answer is under way, and with that the events need not be read. */
  isWriting(position: number): void {
    if (position > this.writtenTo) this.writtenTo = position;
  }

  /** The answer to what this process wrote is lost. */
  lostSight(): void {
    this.reached(this.writtenTo);
  }

  /** This process committed these in one transaction. Where nothing stands between them and the ring, they need not be read. */
  wrote(events: readonly EventRow[]): void {
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) return;
    if (this.read === first.position - 1 && !this.reading) {
      for (const event of events) if (!isSystemEvent(event.type)) this.ring.add(event);
      this.read = last.position;
    }
    this.reached(last.position);
  }

  /** Asks the server how far the log is. Resolves to the position of the last event that is no system event. */
  async look(): Promise<number> {
    const before = this.known;
    const { last, head = before.head } = await this.tables.end(before.last);
    if (last > this.known.last) this.known = { last, head };
    this.reached(last);
    return head;
  }

  async page(after: bigint, limit: number): Promise<EventBatch> {
    const from = Number(after);
    if (from >= this.end && !this.told) await this.look();
    const end = this.end;
    if (from >= end) return { events: [], checkpoint: after, caughtUp: true };
    const near = end - from <= NEAR ? await this.shared(from, limit) : undefined;
    const { events, upTo } = near ?? { events: (await this.tables.readRange(from, end, limit)).map(decoded), upTo: end };
    const checkpoint = events.length < limit ? BigInt(upTo) : events.at(-1)!.position;
    return { events, checkpoint, caughtUp: checkpoint >= end };
  }

  close(): void {
    this.closed = true;
    this.commits.announce();
  }

  /** Undefined for one whose next events are no longer in the ring. */
  private async shared(from: number, limit: number): Promise<{ events: RecordedEvent[]; upTo: number } | undefined> {
    if (from > this.read) [this.ring, this.read] = [new TailRing(from), from];
    while (this.read === from) await (this.reading ??= this.readOn().finally(() => (this.reading = undefined)));
    const events = this.ring.after(from, limit);
    return events && { events, upTo: this.read };
  }

  private async readOn(): Promise<void> {
    const [ring, end] = [this.ring, this.end];
    const rows = await this.tables.readRange(this.read, end, READ_AHEAD);
    if (ring !== this.ring) return;
    for (const row of rows) ring.add(row);
    this.read = rows.length < READ_AHEAD ? end : rows.at(-1)!.position;
  }
}
