import { type Clock, KEEPS_UP_MS } from '@slipway/kernel';

/** Since when the owner of a partition keeps up with it, as `PartitionState.caughtUpSince` says. */
export class KeepingUp {
  private since: number | undefined;

  constructor(private readonly clock: Clock) {}

  /** A message was handled. */
  handled(publishedAt: number): void {
    this.check(publishedAt);
  }

  /** Nothing is left to handle. */
  nothingLeft(): void {
    this.since ??= this.clock.now();
  }

  /** The answer, given when the oldest unhandled message was published (undefined: there is none). */
  sinceWhen(oldestPublishedAt: number | undefined): number | undefined {
    if (oldestPublishedAt !== undefined) this.check(oldestPublishedAt);
    // A time to come: the clock was set back, and since when is not known any more.
    const now = this.clock.now();
    if (this.since !== undefined && this.since > now) this.since = now;
    return this.since;
  }

  private check(publishedAt: number): void {
    if (this.clock.now() - publishedAt > KEEPS_UP_MS) this.since = undefined;
  }
}
