import { type Message } from '@slipway/kernel';
import type { Problem } from '../../http/problem';
import type { CommandAnswer } from '../decision-handler';
import type { ReplyAddress } from './asked-command';

interface Accepted {
  readonly status: 'accepted';
  /** Position of the log, as the header Slipway-Position tells it over HTTP. */
  readonly position: string;
  /** Of the stream that was decided on, as ETag tells it over HTTP: the header `if-match` takes it. */
  readonly version: number;
}

/** What a command came to, as the value of a message. */
export type CommandReply =
  | (Accepted & { readonly resource: unknown })
  /** It was accepted, and the resource is too large to be told here: why, in words. */
  | (Accepted & { readonly resourceOmitted: string })
  | { readonly status: 'refused'; readonly problem: Problem };

export function acceptedReply({ position, version, resource }: CommandAnswer): CommandReply {
  return { status: 'accepted', position: String(position), version, resource };
}

/** The same with nothing in it that may be large. */
export function shortReply(reply: CommandReply): CommandReply {
  if (reply.status === 'refused') {
    const { facts: _facts, errors: _errors, ...problem } = reply.problem;
    return { status: 'refused', problem };
  }
  const { position, version } = reply;
  return { status: 'accepted', position, version, resourceOmitted: 'It is larger than a message may be: read it over HTTP.' };
}

export function replyMessage({ topic, correlationId, commandId }: ReplyAddress, reply: CommandReply): Message {
  const headers = { 'command-id': commandId, 'correlation-id': correlationId };
  return { topic, key: correlationId, value: JSON.stringify(reply), headers };
}
