import {
  InfrastructureError,
  isRetryable,
  messageOf,
  TOPICS,
  type Clock,
  type Log,
  type Message,
  type MessageBus,
  type Progress,
  type Random,
} from '@slipway/kernel';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Publishes what must not be lost: again and again while the bus is away. */
export class PatientBus {
  constructor(
    private readonly bus: MessageBus,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly log: Log,
  ) {}

  /** One try. Errors: those of the bus. */
  async sendOnce(messages: readonly Message[]): Promise<void> {
    await this.bus.publish(messages);
  }

  /** Resolves when the bus took them. Errors: what is not retryable; `worker.stopping` once the signal aborted (the outcome is unknown then). */
  async send(messages: readonly Message[], signal: AbortSignal): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      if (signal.aborted) throw new InfrastructureError('worker.stopping', 'the worker is stopping: it sends nothing more', true);
      try {
        return await this.bus.publish(messages);
      } catch (error) {
        if (!isRetryable(error)) throw error;
        if (tries === 0) this.log.warn('the message bus is away, messages wait', { topic: messages[0]?.topic, reason: messageOf(error) });
        const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 10));
        await this.clock.sleep(pause * (0.5 + this.random.fraction() / 2), signal);
      }
    }
  }
}

/** A word about an attempt, as message: keyed by its deployment, so that all words about it stay in order. */
export function progressMessage(progress: Progress): Message {
  return { topic: TOPICS.progress, key: progress.deployment, value: JSON.stringify(progress) };
}
