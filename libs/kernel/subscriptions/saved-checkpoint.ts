import { BEGINNING } from '../event';
import type { Clock } from '../ports/clock';
import { type Checkpoint, CheckpointMoved, type ReadStore, type RowChange } from '../ports/read-store';
import { PositionWaiters } from './position-waiters';

/** Repeats what fails retryably; undefined when it gave up. */
type Patiently = (work: () => Promise<void>) => Promise<true | undefined>;

/** The checkpoint of a subscription as the store has it, and those who wait for it. Saves take turns, each from where the one before left it. */
export class SavedCheckpoint {
  /** True while the newest try to save has failed. */
  failing = false;
  private saved: Checkpoint | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly waiters: PositionWaiters;
  /** The newest event that rows were saved with here, and those who wait for another one. */
  private changedAt = BEGINNING;
  private readonly changes: PositionWaiters;

  constructor(
    private readonly name: string,
    private readonly readStore: ReadStore,
    clock: Clock,
  ) {
    this.waiters = new PositionWaiters(clock);
    this.changes = new PositionWaiters(clock);
  }

  get position(): bigint {
    return this.saved?.position ?? BEGINNING;
  }

  /** As it was found in the store, or put there. */
  stands(checkpoint: Checkpoint | undefined): void {
    this.failing = false;
    this.saved = checkpoint;
    this.waiters.reached(this.position);
  }

  /** Resolves to false when `patiently` gave up. One that would move nothing asks nobody. Throws CheckpointMoved, and what is not retryable. */
  save(to: Checkpoint, changes: readonly RowChange[], patiently: Patiently): Promise<boolean> {
    const saved = this.turn.then(() => this.commit(to, changes, patiently));
    this.turn = saved.catch(() => undefined);
    return saved;
  }

  /** Resolves when every save that was begun has ended, however. */
  async settled(): Promise<void> {
    await this.turn;
  }

  /** True once it has reached the position, false after `timeoutMs` or when it was given up. */
  waitFor(position: bigint, timeoutMs: number): Promise<boolean> {
    return this.position >= position ? Promise.resolve(true) : this.waiters.wait(position, timeoutMs);
  }

  /** The same for rows that were saved with an event behind the position. */
  waitForChange(position: bigint, timeoutMs: number): Promise<boolean> {
    return this.changedAt > position ? Promise.resolve(true) : this.changes.wait(position + 1n, timeoutMs);
  }

  /** Whether somebody waits for this position or an earlier one. */
  isAwaited(position: bigint): boolean {
    return this.waiters.any(position);
  }

  /** Nobody moves it here any more. */
  giveUp(): void {
    this.waiters.giveUp();
    this.changes.giveUp();
  }

  private async commit(to: Checkpoint, changes: readonly RowChange[], patiently: Patiently): Promise<boolean> {
    if (changes.length === 0 && to.position <= this.position) return true;
    let tries = 0;
    const saved = await patiently(async () => {
      tries += 1;
      try {
        await this.readStore.commit(this.name, this.saved, to, changes);
      } catch (error) {
        this.failing = true;
        // The try before may have been saved although its answer was lost.
        const before = error instanceof CheckpointMoved && tries > 1 ? await this.readStore.checkpoint(this.name) : undefined;
        if (before?.logId !== to.logId || before.position !== to.position) throw error;
      }
    });
    if (!saved) return false;
    this.stands(to);
    if (changes.length === 0) return true;
    this.changedAt = to.position;
    this.changes.reached(to.position);
    return true;
  }
}
