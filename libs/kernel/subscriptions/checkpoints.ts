import type { Clock } from '../ports/clock';
import type { Checkpoint, ReadStore } from '../ports/read-store';
import type { SubscriptionHub } from './subscription-hub';

const FIRST_LOOK_MS = 4;
const LONGEST_LOOK_MS = 50;

/** How far each subscription has come, whichever process runs it. */
export class Checkpoints {
  private looking: Promise<Map<string, Checkpoint>> | undefined;

  constructor(
    private readonly hub: SubscriptionHub,
    private readonly store: ReadStore,
    private readonly clock: Clock,
  ) {}

  /** True as soon as a saved checkpoint has reached the position, false when it has not within `timeoutMs`. Errors: those of the read store. */
  async waitFor(name: string, position: bigint, timeoutMs: number): Promise<boolean> {
    const late = new AbortController();
    const cancel = this.clock.after(timeoutMs, () => late.abort());
    try {
      const own = this.hub.find(name);
      // Should it go to another process meanwhile, that one's rows tell.
      if (own?.active && (await own.waitFor(position, timeoutMs))) return true;
      return await this.lookUntil(name, position, late.signal);
    } finally {
      cancel();
    }
  }

  /** Another process moves it: its rows tell. */
  private async lookUntil(name: string, position: bigint, late: AbortSignal): Promise<boolean> {
    for (let pause = FIRST_LOOK_MS; !(await this.reached(name, position)); pause = Math.min(LONGEST_LOOK_MS, pause * 1.5)) {
      if (late.aborted) return false;
      await this.clock.sleep(pause, late);
    }
    return true;
  }

  private async reached(name: string, position: bigint): Promise<boolean> {
    // Those who look at the same time share one look.
    this.looking ??= this.store.checkpoints().finally(() => (this.looking = undefined));
    const checkpoint = (await this.looking).get(name);
    return checkpoint !== undefined && checkpoint.position >= position;
  }
}
