import { setMaxListeners } from 'node:events';
import { deadLetterOf, shortenedLetter } from './dead-letter';
import { InfrastructureError, isDomainError, isInfrastructureError, isRetryable, messageOf } from './errors';
import type { Clock } from './ports/clock';
import { type Log, silentLog } from './ports/log';
import type { Delivery, Message, MessageBus } from './ports/message-bus';

export interface DeadLetterOptions {
  /** Where the topic `slipway.dead-letters` is ensured. */
  readonly bus: Pick<MessageBus, 'publish'>;
  readonly clock: Clock;
  /** Name of the consumer or its group: said in the dead letter. */
  readonly group: string;
  /** Aborted when the process drains: ends a pause, and the delivery is handed back. */
  readonly signal: AbortSignal;
  /** Tries before a message that fails is set aside. Default 5. */
  readonly maxTries?: number;
  /** Pause after the first failure, doubling up to the longest, milliseconds. Default 100 to 10,000. */
  readonly backoff?: { readonly firstMs: number; readonly longestMs: number };
  readonly log?: Log;
  /** Told of a message that is set aside, and why, before it is acknowledged: to answer whoever sent it. Tried again as the handler is. */
  readonly beforeSettingAside?: (delivery: Delivery, error: unknown) => Promise<void>;
}

/**
 * A handler for `consume` that never lets a message block its partition (decision 9). A retryable error (store or bus away) pauses and is tried again without
 * limit and counts as no try; any other is tried `maxTries` times, a DomainError once (trying again changes nothing), and then the message goes to the dead
 * letters with its reason and is acknowledged. Rejects only when the signal aborted (`message-bus.handed-back`), or when the dead letters cannot be written for good.
 */
export function withDeadLetters(
  options: DeadLetterOptions,
  handle: (delivery: Delivery) => Promise<void>,
): (delivery: Delivery) => Promise<void> {
  const { maxTries = 5, log = silentLog } = options;
  // Each delivery that pauses listens to the one signal: many at once are no leak.
  setMaxListeners(0, options.signal);
  return async (delivery) => {
    const pause = pauses(options);
    for (let tries = 0; ;) {
      try {
        await handle(delivery);
        return;
      } catch (error) {
        const facts = {
          group: options.group,
          topic: delivery.topic,
          partition: delivery.partition,
          offset: String(delivery.offset),
          reason: messageOf(error),
        };
        if (!isRetryable(error)) {
          tries += 1;
          if (isDomainError(error) || tries >= maxTries) {
            await untilAvailable(pause, async () => options.beforeSettingAside?.(delivery, error));
            await setAside(options, pause, deadLetterOf(delivery, { group: options.group, tries, error }));
            log.error('a message went to the dead letters', { ...facts, tries });
            return;
          }
        }
        log.warn('a message is tried again', { ...facts, tries });
        await pause(error);
      }
    }
  };
}

/** Growing pauses of one delivery. Rejects when the signal aborts. */
function pauses({ clock, signal, backoff = { firstMs: 100, longestMs: 10_000 } }: DeadLetterOptions): (reason: unknown) => Promise<void> {
  let next = backoff.firstMs;
  return async (reason) => {
    await clock.sleep(Math.min(next, backoff.longestMs), signal);
    next *= 2;
    if (signal.aborted)
      throw new InfrastructureError('message-bus.handed-back', 'the process drains: the message is for the next one', true, {
        cause: reason,
      });
  };
}

async function untilAvailable(pause: (reason: unknown) => Promise<void>, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error)) throw error;
      await pause(error);
    }
  }
}

async function setAside({ bus }: DeadLetterOptions, pause: (reason: unknown) => Promise<void>, letter: Message): Promise<void> {
  try {
    await untilAvailable(pause, () => bus.publish([letter]));
  } catch (error) {
    if (!isInfrastructureError(error) || error.code !== 'message-bus.too-large') throw error;
    await untilAvailable(pause, () => bus.publish([shortenedLetter(letter)]));
  }
}
