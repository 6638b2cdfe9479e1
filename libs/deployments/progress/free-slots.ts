import type { Clock, SlotsReport } from '@slipway/kernel';

/** A worker that said nothing for this long is not counted on. */
const SILENT_AFTER_MS = 15_000;

/** A report from a time to come was made before the clock was set back: it is as old as nobody knows. */
function recent(seenAt: number, now: number): boolean {
  return Math.abs(now - seenAt) < SILENT_AFTER_MS;
}

interface Slots {
  readonly pools: readonly string[];
  /** Since when it has reported a free slot throughout; undefined: it has none. */
  readonly freeSince?: number;
  readonly seenAt: number;
}

/** What workers said they could still take: by heartbeat, so it is known from the last seconds only, and kept in memory. */
export class FreeSlots {
  private readonly workers = new Map<string, Slots>();

  constructor(private readonly clock: Clock) {}

  note({ worker, pools, free }: SlotsReport): void {
    const now = this.clock.now();
    const before = this.workers.get(worker);
    const steady = before && recent(before.seenAt, now) ? before.freeSince : undefined;
    this.workers.set(worker, { pools, seenAt: now, ...(free > 0 ? { freeSince: steady ?? now } : {}) });
    for (const [id, slots] of this.workers) if (!recent(slots.seenAt, now)) this.workers.delete(id);
  }

  /** Whether one worker of the pool reported a free slot throughout `ms`, from report to report, up to now. Silence is no report. */
  freeFor(pool: string, ms: number): boolean {
    const now = this.clock.now();
    return [...this.workers.values()].some(
      ({ pools, freeSince, seenAt }) => pools.includes(pool) && freeSince !== undefined && seenAt - freeSince >= ms && recent(seenAt, now),
    );
  }
}
