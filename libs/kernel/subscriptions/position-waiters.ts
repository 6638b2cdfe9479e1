import type { Clock } from '../ports/clock';

/** Those who wait until a position is reached; woken by whoever reaches it. */
export class PositionWaiters {
  private readonly waiting = new Set<{ position: bigint; wake: (reached: boolean) => void }>();

  constructor(private readonly clock: Clock) {}

  /** True once `reached` was called with this position or a later one, false after `timeoutMs` or when it was given up. */
  wait(position: bigint, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter = {
        position,
        wake: (reached: boolean) => {
          cancel();
          this.waiting.delete(waiter);
          resolve(reached);
        },
      };
      const cancel = this.clock.after(timeoutMs, () => waiter.wake(false));
      this.waiting.add(waiter);
    });
  }

  /** Whether somebody waits for this position or an earlier one. */
  any(position: bigint): boolean {
    for (const waiter of this.waiting) if (waiter.position <= position) return true;
    return false;
  }

  /** Nobody will reach anything here any more. */
  giveUp(): void {
    for (const waiter of this.waiting) waiter.wake(false);
  }

  reached(position: bigint): void {
    for (const waiter of this.waiting) if (waiter.position <= position) waiter.wake(true);
  }
}
