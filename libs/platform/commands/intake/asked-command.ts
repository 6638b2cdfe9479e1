import { type Delivery, DomainError, MAX_MESSAGE_BYTES, messageIdOf, TOPICS } from '@slipway/kernel';
import { misfit } from '../../validation/misfit';
import type { Caller } from '../command-gateway';
import { callerFrom, correlationFrom, type HeaderNames } from '../said-caller';

const NAMES: HeaderNames = { actor: 'actor', key: 'command-id', version: 'if-match', correlation: 'correlation-id' };
const TOPIC_NAME = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/;
const INNER = 'slipway.';
/** Longer ids than any that is accepted are not told back whole. */
const LONGEST_ID = 255;

/** A command as a message asks for it. */
export interface AskedCommand {
  readonly name: string;
  readonly body: unknown;
  readonly caller: Caller & { readonly idempotencyKey: string };
}

/** Where the answer to a message goes, and what it belongs to. */
export interface ReplyAddress {
  readonly topic: string;
  readonly correlationId: string;
  readonly commandId: string;
}

/**
 * What a message on `slipway.commands` asks for. One without `command-id` gets an id of its own, which a redelivery has too. Errors: DomainErrors
 * `request.invalid`, `request.malformed`, `request.too-large` for what is no command at all.
 */
export function askedCommand(delivery: Delivery): AskedCommand {
  const { headers } = delivery;
  const name = headers['command'];
  if (!name) throw misfit([{ pointer: 'header:command', message: 'must name a command' }]);
  if (!replyAddressOf(delivery)) {
    const message = `must name a topic: ${TOPICS.replies}, or one whose name does not begin with ${INNER}`;
    throw misfit([{ pointer: 'header:reply-to', message }]);
  }
  const id = messageIdOf(delivery);
  const said = {
    actor: headers['actor'],
    key: headers['command-id'] ?? id,
    version: headers['if-match'],
    correlation: headers['correlation-id'],
    traceparent: headers['traceparent'],
    id,
  };
  return { name, body: bodyOf(delivery.value), caller: { ...callerFrom(said, NAMES), idempotencyKey: said.key } };
}

/** Undefined: it names no topic that answers may go to. None named: `slipway.replies`. */
export function replyAddressOf(delivery: Delivery): ReplyAddress | undefined {
  const { headers } = delivery;
  const topic = headers['reply-to'] ?? TOPICS.replies;
  const inner = topic.startsWith(INNER) && topic !== TOPICS.replies;
  if (inner || !TOPIC_NAME.test(topic)) return undefined;
  const id = messageIdOf(delivery);
  const correlationId = correlationFrom({ correlation: headers['correlation-id'], id });
  return { topic, correlationId, commandId: headers['command-id']?.slice(0, LONGEST_ID) ?? id };
}

/** As the body of a request: an empty one is none. Nothing is larger than what we send, and could keep. */
function bodyOf(value: string): unknown {
  if (Buffer.byteLength(value) > MAX_MESSAGE_BYTES) {
    const message = `The value has more than ${MAX_MESSAGE_BYTES} bytes: send less at a time, or move long texts into files.`;
    throw new DomainError('too-large', 'request.too-large', message);
  }
  if (value === '') return undefined;
  // What the bus reads bytes as that are no UTF-8: they would silently become other text. Whoever means this character writes its escape.
  if (value.includes('\uFFFD')) throw noJson();
  try {
    return JSON.parse(value) as unknown;
  } catch {
    // What the parser says of it would show parts of the value, in the dead letters too.
    throw noJson();
  }
}

function noJson(): DomainError {
  const errors = [{ pointer: '', message: 'must be JSON in UTF-8; U+FFFD in it as \\ufffd' }];
  return new DomainError('invalid', 'request.malformed', 'The value is no JSON in UTF-8.', {}, errors);
}
