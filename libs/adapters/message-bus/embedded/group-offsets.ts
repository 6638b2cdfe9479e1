import { type Clock, type Log, messageOf } from '@slipway/kernel';
import type { GroupOffset, MessageLog } from './message-log';

/** How long an acknowledgement may wait for company before it is stored: a crash within it means some repeats. */
const STORED_WITHIN = 50;
const RETRY_AFTER = 1_000;

/** The groups' acknowledged offsets: true in memory at once, stored in batches, along with published messages where there are any. */
export class GroupOffsets {
  /** By partition, then group. */
  private readonly offsets = new Map<number, Map<string, GroupOffset>>();
  private readonly unsaved = new Map<string, GroupOffset>();
  private cancelTimer: (() => void) | undefined;

  constructor(
    private readonly log: MessageLog,
    private readonly clock: Clock,
    private readonly report: Log,
  ) {
    for (const offset of log.offsets()) this.remember(offset);
  }

  get(group: string, partition: number): number | undefined {
    return this.offsets.get(partition)?.get(group)?.offset;
  }

  set(group: string, partition: number, offset: number): void {
    const entry = { group, partition, offset };
    this.remember(entry);
    this.unsaved.set(`${partition} ${group}`, entry);
    this.cancelTimer ??= this.clock.after(STORED_WITHIN, () => this.save());
  }

  /** Up to where all groups of a partition have acknowledged; undefined when no group ever consumed it. */
  acknowledgedByAll(partition: number): number | undefined {
    const groups = this.offsets.get(partition);
    return groups && Math.min(...[...groups.values()].map(({ offset }) => offset));
  }

  /** What is to be stored with the next write. */
  pending(): readonly GroupOffset[] {
    return [...this.unsaved.values()];
  }

  /** These were stored. */
  saved(entries: readonly GroupOffset[]): void {
    for (const entry of entries) {
      const id = `${entry.partition} ${entry.group}`;
      if (this.unsaved.get(id) === entry) this.unsaved.delete(id);
    }
    if (this.unsaved.size === 0) this.stopTimer();
  }

  /** Stores what is not. Never throws: a lost acknowledgement means a repeat, which every consumer bears; it is tried again. */
  save(): void {
    this.stopTimer();
    if (this.unsaved.size === 0) return;
    try {
      const entries = this.pending();
      this.log.write([], this.clock.now(), entries);
      this.saved(entries);
    } catch (error) {
      this.report.warn('acknowledgements could not be stored yet', { reason: messageOf(error) });
      this.cancelTimer = this.clock.after(RETRY_AFTER, () => this.save());
    }
  }

  /** Ends the retries. */
  stopTimer(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  private remember(entry: GroupOffset): void {
    const groups = this.offsets.get(entry.partition) ?? new Map<string, GroupOffset>();
    groups.set(entry.group, entry);
    this.offsets.set(entry.partition, groups);
  }
}
