import { setMaxListeners } from 'node:events';
import { TOPICS } from './attempt-messages';
import { InfrastructureError, isDomainError, isInfrastructureError, isRetryable, messageOf } from './errors';
import type { Clock } from './ports/clock';
import { type Log, silentLog } from './ports/log';
import type { Delivery, MessageBus } from './ports/message-bus';

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
}

/** As much of a reason as a header should carry. */
const LONGEST_REASON = 1_000;
/** Characters that stay of a value that is too large for the dead letters. */
const LONGEST_SHORTENED = 100_000;

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
            await setAside(options, pause, deadLetter(delivery, options.group, tries, error));
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

type DeadLetter = Parameters<MessageBus['publish']>[0][number];

async function setAside({ bus }: DeadLetterOptions, pause: (reason: unknown) => Promise<void>, letter: DeadLetter): Promise<void> {
  for (let next = letter; ;) {
    try {
      return await bus.publish([next]);
    } catch (error) {
      if (isRetryable(error)) await pause(error);
      else if (next === letter && isInfrastructureError(error) && error.code === 'message-bus.too-large') next = shortened(letter);
      else throw error;
    }
  }
}

/** A foreign producer may have sent more than we may publish: better the beginning than a partition that stands still. */
function shortened(letter: DeadLetter): DeadLetter {
  return { ...letter, value: letter.value.slice(0, LONGEST_SHORTENED), headers: { ...letter.headers, 'dead-letter-shortened': 'true' } };
}

function deadLetter(delivery: Delivery, group: string, tries: number, error: unknown): DeadLetter {
  const code = isDomainError(error) || isInfrastructureError(error) ? `${error.code}: ` : '';
  return {
    topic: TOPICS.deadLetters,
    key: delivery.key,
    value: delivery.value,
    headers: {
      ...delivery.headers,
      'dead-letter-reason': `${code}${messageOf(error)}`.slice(0, LONGEST_REASON),
      'dead-letter-tries': String(tries),
      'dead-letter-topic': delivery.topic,
      'dead-letter-partition': String(delivery.partition),
      'dead-letter-offset': String(delivery.offset),
      'dead-letter-group': group,
    },
  };
}
