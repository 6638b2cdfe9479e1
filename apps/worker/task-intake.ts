import { InfrastructureError, isRetryable, messageOf, type Delivery, type Log } from '@slipway/kernel';
import { attemptKey } from './attempt-key';
import { HeldAttempt, type AttemptSurroundings } from './held-attempt';
import { readControl, readTask } from './incoming';
import type { Slots } from './slots';

/** How many ended attempts are remembered, so that a repeat of their task is not claimed again. */
const REMEMBERED = 10_000;

/** Everything this worker holds: tasks come in, words from control find their attempt. */
export class TaskIntake {
  private readonly held = new Map<string, HeldAttempt>();
  private readonly ended = new Set<string>();
  private readonly lives = new Set<Promise<void>>();

  constructor(
    private readonly around: AttemptSurroundings,
    private readonly slots: Slots,
    private readonly log: Log,
    /** Aborted when the worker drains: nothing new is taken. */
    private readonly draining: AbortSignal,
  ) {}

  /** Resolves when the task's claim is out, or the task is a repeat. Waits for a free slot first, holding the delivery. */
  async takeTask(delivery: Delivery): Promise<void> {
    const incoming = readTask(delivery.value);
    const key = attemptKey(incoming.ref);
    if (this.isKnown(key)) return;
    await this.slots.acquire(this.draining);
    if (this.isKnown(key)) return this.slots.release();
    const attempt = new HeldAttempt(incoming, this.around);
    this.held.set(key, attempt);
    try {
      await attempt.claim(this.draining);
    } catch (error) {
      this.held.delete(key);
      this.slots.release();
      // A full disk, say: nothing is wrong with the task.
      throw isRetryable(error) ? error : new InfrastructureError('worker.cannot-claim', messageOf(error), true, { cause: error });
    }
    const life = this.follow(key, attempt);
    this.lives.add(life);
    void life.finally(() => this.lives.delete(life));
  }

  /** A message on control, for whichever worker. */
  hear(delivery: Delivery, worker: string): void {
    const message = readControl(delivery.value);
    if (!message)
      return this.log.warn('a message on control cannot be read', { partition: delivery.partition, offset: String(delivery.offset) });
    if (message.kind !== 'cancel' && message.worker !== worker) return;
    this.held.get(attemptKey(message))?.hear(message.kind, delivery.publishedAt);
  }

  handBack(): void {
    for (const attempt of this.held.values()) attempt.handBack();
  }

  endAll(): void {
    for (const attempt of this.held.values()) attempt.end('drained');
  }

  /** Resolves when nothing is held any more. */
  async empty(): Promise<void> {
    while (this.lives.size > 0) await Promise.all(this.lives);
  }

  get holding(): number {
    return this.held.size;
  }

  private async follow(key: string, attempt: HeldAttempt): Promise<void> {
    try {
      await attempt.live();
    } catch (error) {
      this.log.error('an attempt could not be reported: the next start of the worker does it', {
        ...attempt.ref,
        reason: messageOf(error),
      });
    }
    this.held.delete(key);
    this.ended.add(key);
    const [oldest] = this.ended;
    if (this.ended.size > REMEMBERED && oldest !== undefined) this.ended.delete(oldest);
    this.slots.release();
  }

  private isKnown(key: string): boolean {
    return this.held.has(key) || this.ended.has(key);
  }
}
