import { type Clock, KEEPS_UP_MS } from '@slipway/kernel';

/** Since when the owner of a partition keeps up with it, as `PartitionState.caughtUpSince` says. */
export class KeepingUp {
  private since: number | undefined;

  constructor(private readonly clock: Clock) {}

  /** A message was handled that had waited since then. */
  handled(waitingSince: number): void {
    this.check(waitingSince);
  }

  /** Nothing is left to handle. */
  nothingLeft(): void {
    this.since ??= this.clock.now();
  }

  /** The answer, given since when the oldest unhandled message waits (undefined: there is none). */
  sinceWhen(oldestWaitsSince: number | undefined): number | undefined {
    if (oldestWaitsSince !== undefined) this.check(oldestWaitsSince);
    // A time to come: the clock was set back, and since when is not known any more.
    const now = this.clock.now();
    if (this.since !== undefined && this.since > now) this.since = now;
    return this.since;
  }

  private check(waitingSince: number): void {
    if (this.clock.now() - waitingSince > KEEPS_UP_MS) this.since = undefined;
  }
}
