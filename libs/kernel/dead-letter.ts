import { TOPICS } from './attempt-messages';
import { isDomainError, isInfrastructureError, messageOf } from './errors';
import { hashedId } from './ids';
import type { Delivery, Message } from './ports/message-bus';

/** Header of a message that was published once more: the id of the one that it repeats. */
const REPLAY_OF = 'replay-of';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const HEADER = {
  message: 'dead-letter-message',
  reason: 'dead-letter-reason',
  tries: 'dead-letter-tries',
  topic: 'dead-letter-topic',
  partition: 'dead-letter-partition',
  offset: 'dead-letter-offset',
  group: 'dead-letter-group',
  shortened: 'dead-letter-shortened',
} as const;

/** As much of a reason as a header should carry. */
const LONGEST_REASON = 1_000;
/** Characters that stay of a letter that is too large for the dead letters: of its value, and of its headers if they have no more. */
const LONGEST_SHORTENED = 100_000;
const LONGEST_KEY = 1_000;

/** A message that a consumer gave up, as `slipway.dead-letters` tells of it. */
export interface DeadLetter {
  /** That of its message and group: the same when it is told twice, or dies again after a replay. */
  readonly id: string;
  /** Id of the message. */
  readonly message: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The consumer, or its group. */
  readonly group: string;
  readonly reason: string;
  readonly tries: number;
  /** True: it was larger than the bus takes, and only the beginning of it is left. */
  readonly shortened: boolean;
}

/**
 * Names a message for ever: the same when it is delivered again, and when it is replayed. With the time, since a bus that was set up anew counts its offsets
 * from the beginning.
 */
export function messageIdOf({ topic, partition, offset, publishedAt, headers }: Delivery): string {
  const repeated = headers[REPLAY_OF];
  return repeated !== undefined && UUID.test(repeated) ? repeated : hashedId('message', topic, partition, String(offset), publishedAt);
}

/** The dead letter of a delivery, under its key. */
export function deadLetterOf(
  delivery: Delivery,
  { group, tries, error }: { readonly group: string; readonly tries: number; readonly error: unknown },
): Message {
  const code = isDomainError(error) || isInfrastructureError(error) ? `${error.code}: ` : '';
  const told = {
    [HEADER.message]: messageIdOf(delivery),
    [HEADER.reason]: `${code}${messageOf(error)}`.slice(0, LONGEST_REASON),
    [HEADER.tries]: String(tries),
    [HEADER.topic]: delivery.topic,
    [HEADER.partition]: String(delivery.partition),
    [HEADER.offset]: String(delivery.offset),
    [HEADER.group]: group,
  };
  return { topic: TOPICS.deadLetters, key: delivery.key, value: delivery.value, headers: { ...ownHeaders(delivery), ...told } };
}

/**
 * A foreign producer may have sent more than we may publish, as value, headers or key: better the beginning than a partition that stands still. Headers that are
 * large themselves go.
 */
export function shortenedLetter({ topic, key, value, headers = {} }: Message): Message {
  const own = ownHeaders({ headers });
  const isLarge = JSON.stringify(own).length > LONGEST_SHORTENED;
  const left = Object.entries(headers).filter(([name]) => !isLarge || !(name in own));
  return {
    topic,
    key: key.slice(0, LONGEST_KEY),
    value: value.slice(0, LONGEST_SHORTENED),
    headers: { ...Object.fromEntries(left), [HEADER.shortened]: 'true' },
  };
}

/** What a delivery of `slipway.dead-letters` tells; undefined: it is none of ours. */
export function readDeadLetter({ headers }: Delivery): DeadLetter | undefined {
  const said = (name: keyof typeof HEADER) => headers[HEADER[name]] ?? '';
  const [message, group, topic, offset] = [said('message'), said('group'), said('topic'), said('offset')];
  const [partition, tries] = [Number(said('partition')), Number(said('tries'))];
  if (!UUID.test(message) || group === '' || topic === '' || !/^\d{1,19}$/.test(offset)) return undefined;
  if (!Number.isSafeInteger(partition) || !Number.isSafeInteger(tries)) return undefined;
  const id = hashedId('dead-letter', message, group);
  return { id, message, topic, partition, offset, group, reason: said('reason'), tries, shortened: headers[HEADER.shortened] === 'true' };
}

/** The message of a dead letter for its own topic once more. */
export function replayedMessage({ topic, message }: Pick<DeadLetter, 'topic' | 'message'>, letter: Omit<Message, 'topic'>): Message {
  return { topic, key: letter.key, value: letter.value, headers: { ...ownHeaders(letter), [REPLAY_OF]: message } };
}

/** Its headers without what a dead letter adds. */
function ownHeaders({ headers = {} }: Pick<Message, 'headers'>): Readonly<Record<string, string>> {
  const added: readonly string[] = Object.values(HEADER);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !added.includes(name)));
}
