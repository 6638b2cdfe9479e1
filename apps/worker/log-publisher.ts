import { messageOf, TOPICS, type AttemptRef, type Log, type LogChunk, type LogMessage } from '@slipway/kernel';
import type { PatientBus } from './patient-bus';

/** JSON bytes of one message, and of what may wait before a writer has to. The bus takes 1 MB a message. */
const BATCH_BYTES = 256 * 1024;
const WAITING_BYTES = 512 * 1024;

/** Sends the chunks of one attempt in their order, as many at once as have gathered while the last message was under way. */
export class LogPublisher {
  private readonly waiting: { chunk: LogChunk; bytes: number }[] = [];
  private waitingBytes = 0;
  private sending: Promise<void> | undefined;
  private room: (() => void) | undefined;

  constructor(
    private readonly attempt: AttemptRef,
    private readonly bus: PatientBus,
    private readonly log: Log,
    private readonly signal: AbortSignal,
  ) {}

  add(chunk: LogChunk, bytes: number): void {
    this.waiting.push({ chunk, bytes });
    this.waitingBytes += bytes;
    this.sending ??= this.send();
  }

  /** Resolves when there is room for more. One caller at a time per attempt is not needed: all of them are woken. */
  async ready(): Promise<void> {
    while (this.waitingBytes > WAITING_BYTES && this.sending) {
      await new Promise<void>((resolve) => {
        const others = this.room;
        this.room = () => {
          others?.();
          resolve();
        };
      });
    }
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    while (this.sending) await this.sending;
  }

  private async send(): Promise<void> {
    // In the next turn, so that the chunks of one piece of output go together.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.nextBatch();
      try {
        const message: LogMessage = { attempt: this.attempt, chunks: batch };
        await this.bus.send([{ topic: TOPICS.logs, key: this.attempt.deployment, value: JSON.stringify(message) }], this.signal);
      } catch (error) {
        this.log.error('output of a step could not be sent and is dropped', {
          ...this.attempt,
          chunks: batch.length,
          reason: messageOf(error),
        });
      }
      const wake = this.room;
      this.room = undefined;
      wake?.();
    }
    this.sending = undefined;
  }

  private nextBatch(): LogChunk[] {
    let count = 0;
    for (let bytes = 0; count < this.waiting.length; count += 1) {
      bytes += this.waiting[count]?.bytes ?? 0;
      if (count > 0 && bytes > BATCH_BYTES) break;
    }
    const batch = this.waiting.splice(0, count);
    this.waitingBytes -= batch.reduce((sum, { bytes }) => sum + bytes, 0);
    return batch.map(({ chunk }) => chunk);
  }
}
