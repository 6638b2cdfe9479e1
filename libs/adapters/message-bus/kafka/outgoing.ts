import { InfrastructureError, MAX_MESSAGE_BYTES, type Message } from '@slipway/kernel';

/** A message with its place. */
export interface OutgoingMessage {
  readonly message: Message;
  readonly partition: number;
  /** What it takes in a batch of records, roughly: key, value, headers and what describes them. */
  readonly bytes: number;
}

/** One call of `publish`, waiting for its messages to be stored. */
export interface OutgoingCall {
  readonly messages: readonly OutgoingMessage[];
  readonly stored: () => void;
  readonly failed: (error: Error) => void;
}

/** Brokers take batches of a little more than a mebibyte, measured per partition, unless told otherwise; a single message may fill one. */
const BATCH_BYTES = 900_000;
const BATCH_MESSAGES = 1_000;
const RECORD_BYTES = 64;
const HEADER_BYTES = 16;

/** Errors: InfrastructureError `message-bus.too-large`. */
export function outgoing(message: Message, partition: number): OutgoingMessage {
  const value = Buffer.byteLength(message.value);
  if (value > MAX_MESSAGE_BYTES)
    throw new InfrastructureError('message-bus.too-large', `a message for ${message.topic} has ${value} bytes, at most ${MAX_MESSAGE_BYTES} go`, false); // prettier-ignore
  let bytes = RECORD_BYTES + value + Buffer.byteLength(message.key);
  for (const [name, text] of Object.entries(message.headers ?? {}))
    bytes += HEADER_BYTES + Buffer.byteLength(name) + Buffer.byteLength(text);
  return { message, partition, bytes };
}

/** Takes from the front of the queue what goes together: whole calls, as many as fit in one batch, and at least one. */
export function takeTogether(queue: OutgoingCall[]): OutgoingCall[] {
  let bytes = 0;
  let count = 0;
  const end = queue.findIndex(({ messages }, place) => {
    bytes += bytesOf(messages);
    count += messages.length;
    return place > 0 && (bytes > BATCH_BYTES || count > BATCH_MESSAGES);
  });
  return queue.splice(0, end < 0 ? queue.length : end);
}

/** The batches, in order, that calls are sent in: one, unless a single call needs more. */
export function batches(calls: readonly OutgoingCall[]): OutgoingMessage[][] {
  const all: OutgoingMessage[][] = [];
  let room = 0;
  for (const message of calls.flatMap(({ messages }) => messages)) {
    const last = all.at(-1);
    if (last && message.bytes <= room && last.length < BATCH_MESSAGES) last.push(message);
    else {
      all.push([message]);
      room = BATCH_BYTES;
    }
    room -= message.bytes;
  }
  return all;
}

function bytesOf(messages: readonly OutgoingMessage[]): number {
  return messages.reduce((sum, { bytes }) => sum + bytes, 0);
}
