import {
  Empty,
  MaximumAppendSizeExceeded,
  StreamIdentifier,
  UUID,
  WrongExpectedVersion as WrongOnServer,
} from '@eventstore/db-client/generated/shared_pb';
import { BatchAppendReq, type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { type ExpectedVersion, InfrastructureError, WrongExpectedVersion } from '@slipway/kernel';
import type { PreparedAppend } from '../prepared-append';

/** What the server says of an append that it took. `position` is missing where it is a repeat, and the original was forgotten meanwhile. */
export interface Taken {
  readonly version: number;
  readonly position?: bigint;
}

/** What of an append the server is told. */
export type Told = Pick<PreparedAppend, 'stream' | 'expected' | 'events'>;

/** One append as the server takes many of them in a row. At most 1 MiB: one message. */
export function appendMessage(correlationId: string, { stream, expected, events }: Told): BatchAppendReq {
  const options = new BatchAppendReq.Options().setStreamIdentifier(new StreamIdentifier().setStreamName(bytes(stream)));
  setExpected(options, expected);
  const message = new BatchAppendReq().setCorrelationId(new UUID().setString(correlationId)).setOptions(options).setIsFinal(true);
  for (const { id, type, data, metadata } of events) {
    const proposed = new BatchAppendReq.ProposedMessage().setId(new UUID().setString(id));
    proposed.getMetadataMap().set('type', type).set('content-type', 'application/json');
    message.addProposedMessages(proposed.setData(bytes(data)).setCustomMetadata(bytes(metadata)));
  }
  return message;
}

/** Which append an answer is for, as 32 hex digits: a server names it as it was sent, or by its two halves. */
export function correlationOf(answer: BatchAppendResp): string {
  const id = answer.getCorrelationId();
  const halves = id?.getStructured();
  if (!halves) return keyOf(id?.getString() ?? '');
  return [halves.getMostSignificantBits(), halves.getLeastSignificantBits()]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'))
    .join('');
}

export function keyOf(correlationId: string): string {
  return correlationId.replaceAll('-', '').toLowerCase();
}

/** Errors: WrongExpectedVersion; InfrastructureError `event-store.append-too-large`, `event-store.failed`, `event-store.unavailable`. */
export function takenOf(answer: BatchAppendResp, { stream, expected }: Told, place: string): Taken {
  const what = `append to stream ${stream} at ${place}`;
  const unknown = (reason: string) =>
    new InfrastructureError('event-store.unavailable', `${what}: the outcome is unknown (${reason})`, true);
  const error = answer.getError();
  if (error) {
    const details = error.getDetails();
    const kind = details?.getTypeName().replace(/^.*\./, '') ?? '';
    switch (kind) {
      case 'WrongExpectedVersion': {
        const wrong = details?.unpack((bytes) => WrongOnServer.deserializeBinary(bytes), details.getTypeName());
        throw new WrongExpectedVersion(
          stream,
          expected,
          wrong?.hasCurrentStreamRevision() ? Number(wrong.getCurrentStreamRevision()) : 'none',
        );
      }
      case 'MaximumAppendSizeExceeded': {
        const most = details
          ?.unpack((bytes) => MaximumAppendSizeExceeded.deserializeBinary(bytes), details.getTypeName())
          ?.getMaxappendsize();
        throw new InfrastructureError(
          'event-store.append-too-large',
          `${what}: the server takes at most ${most} bytes in one append`,
          false,
        );
      }
      case 'StreamDeleted':
        throw new InfrastructureError('event-store.failed', `${what}: somebody deleted the stream for good (tombstone)`, false);
      case 'BadRequest':
        throw new InfrastructureError('event-store.failed', `${what}: the server does not understand it (${error.getMessage()})`, false);
      default:
        throw unknown(error.getMessage() || kind);
    }
  }
  const success = answer.getSuccess();
  if (!success) throw unknown('the answer says neither yes nor no');
  const position = success.getPosition();
  return {
    version: Number(success.getCurrentRevision()),
    ...(position ? { position: BigInt(position.getCommitPosition()) } : {}),
  };
}

function setExpected(options: BatchAppendReq.Options, expected: ExpectedVersion): void {
  if (expected === 'any') options.setAny(new Empty());
  else if (expected === 'none') options.setNoStream(new Empty());
  else if (expected === 'exists') options.setStreamExists(new Empty());
  else options.setStreamPosition(String(expected));
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'utf8'));
}
