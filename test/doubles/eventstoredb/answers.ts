import { Metadata, status } from '@grpc/grpc-js';
import * as shared from '@eventstore/db-client/generated/shared_pb';
import { Status } from '@eventstore/db-client/generated/status_pb';
import * as streams from '@eventstore/db-client/generated/streams_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Empty as GoogleEmpty } from 'google-protobuf/google/protobuf/empty_pb';
import type { Message } from 'google-protobuf';
import { bytes, type Expected, type Outcome } from './record';

type Written = Extract<Outcome, { kind: 'written' | 'nothing' }>;
type Refused = Exclude<Outcome, { kind: 'written' | 'nothing' }>;

export function isWritten(outcome: Outcome): outcome is Written {
  return outcome.kind === 'written' || outcome.kind === 'nothing';
}

/** What ends a call: gRPC's status, with the words and headers of the real server. */
export interface Failure {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

export function failure(code: status, details: string, headers: Record<string, string> = {}): Failure {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return { code, details, metadata };
}

export const CUT = failure(status.UNAVAILABLE, 'the double cut this call');
/** What is in flight when a server stops in order ends so, stored all the same. */
export const RESET = failure(status.INTERNAL, 'Received RST_STREAM with code 2');
export const NOT_READY = failure(status.UNAVAILABLE, 'Server Is Not Ready');
export const TOO_SLOW = failure(
  status.ABORTED,
  'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
);

export function notLeader(leader: { host: string; port: number }): Failure {
  return failure(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': leader.host,
    'leader-endpoint-port': String(leader.port),
  });
}

export function streamDeleted(stream: string): Failure {
  return failure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });
}

/** The answer to one append of a batch. */
export function batchAnswer(
  correlation: shared.UUID | undefined,
  stream: string,
  expected: Expected,
  outcome: Outcome,
): streams.BatchAppendResp {
  const answer = new streams.BatchAppendResp();
  answer.setCorrelationId(correlation);
  answer.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(bytes(stream)));
  if (!isWritten(outcome)) return answer.setError(batchError(outcome, expected));
  const success = new streams.BatchAppendResp.Success();
  if (outcome.revision === undefined) success.setNoStream(new GoogleEmpty());
  else success.setCurrentRevision(outcome.revision.toString());
  const position = outcome.kind === 'written' ? outcome.position?.toString() : undefined;
  if (position === undefined) success.setNoPosition(new GoogleEmpty());
  else success.setPosition(new shared.AllStreamPosition().setCommitPosition(position).setPreparePosition(position));
  return answer.setSuccess(success);
}

/** The server heard an append and its write timed out inside: stored or not, it does not know. */
export function timedOut(correlation: shared.UUID | undefined, stream: string): streams.BatchAppendResp {
  const answer = new streams.BatchAppendResp().setCorrelationId(structured(correlation));
  answer.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(bytes(stream)));
  return answer.setError(batchStatus('Timeout', new shared.Timeout(), 'event_store.client.Timeout'));
}

/** A server that starts, or has too much to do, says so in the answer to one append. */
export function notReady(correlation: shared.UUID | undefined, stream: string): streams.BatchAppendResp {
  const answer = new streams.BatchAppendResp().setCorrelationId(correlation);
  answer.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(bytes(stream)));
  return answer.setError(batchStatus('Server Is Not Ready', new GoogleEmpty(), 'google.protobuf.Empty'));
}

export function unaryAnswer(outcome: Written | Extract<Refused, { kind: 'wrong' }>, expected: Expected): streams.AppendResp {
  const answer = new streams.AppendResp();
  if (outcome.kind === 'wrong') return answer.setWrongExpectedVersion(unaryWrong(outcome.current, expected));
  const success = new streams.AppendResp.Success();
  if (outcome.revision === undefined) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(outcome.revision.toString());
  const position = outcome.kind === 'written' ? outcome.position?.toString() : undefined;
  if (position === undefined) success.setNoPosition(new shared.Empty());
  else success.setPosition(new streams.AppendResp.Position().setCommitPosition(position).setPreparePosition(position));
  return answer.setSuccess(success);
}

/** Refusals of calls that have one answer. */
export function refusal(outcome: Refused, stream: string, expected: Expected): Failure {
  switch (outcome.kind) {
    case 'deleted':
      return streamDeleted(stream);
    case 'bad':
      return failure(status.INVALID_ARGUMENT, outcome.message);
    case 'too-large':
      return failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${outcome.most} Exceeded.`, {
        exception: 'maximum-append-size-exceeded',
        'maximum-append-size': String(outcome.most),
      });
    case 'wrong':
      return failure(status.FAILED_PRECONDITION, `Append failed due to WrongExpectedVersion. Stream: ${stream}`, {
        exception: 'wrong-expected-version',
        'stream-name': stream,
        'expected-version': numbered(expected).toString(),
        'actual-version': (outcome.current ?? -1n).toString(),
      });
  }
}

function batchError(outcome: Refused, expected: Expected): Status {
  switch (outcome.kind) {
    case 'wrong':
      return batchStatus('WrongExpectedVersion', batchWrong(outcome.current, expected), 'event_store.client.WrongExpectedVersion');
    case 'deleted':
      return batchStatus('StreamDeleted', new shared.StreamDeleted(), 'event_store.client.StreamDeleted');
    case 'too-large': {
      const size = new shared.MaximumAppendSizeExceeded().setMaxappendsize(outcome.most);
      return batchStatus('MaximumAppendSizeExceeded', size, 'event_store.client.MaximumAppendSizeExceeded');
    }
    case 'bad':
      return batchStatus('BadRequest', new shared.BadRequest().setMessage(outcome.message), 'event_store.client.BadRequest');
  }
}

function batchStatus(message: string, details: Message, typeName: string): Status {
  const any = new Any();
  any.pack(details.serializeBinary(), typeName);
  return new Status().setMessage(message).setDetails(any);
}

function batchWrong(current: bigint | undefined, expected: Expected): shared.WrongExpectedVersion {
  const wrong = new shared.WrongExpectedVersion();
  if (current === undefined) wrong.setCurrentNoStream(new GoogleEmpty());
  else wrong.setCurrentStreamRevision(current.toString());
  if (expected === 'any') wrong.setExpectedAny(new GoogleEmpty());
  else if (expected === 'none') wrong.setExpectedNoStream(new GoogleEmpty());
  else if (expected === 'exists') wrong.setExpectedStreamExists(new GoogleEmpty());
  else wrong.setExpectedStreamPosition(expected.toString());
  return wrong;
}

function unaryWrong(current: bigint | undefined, expected: Expected): streams.AppendResp.WrongExpectedVersion {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (current === undefined) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(current.toString());
  if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else if (expected === 'none') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'exists') wrong.setExpectedStreamExists(new shared.Empty());
  else wrong.setExpectedRevision(expected.toString());
  return wrong;
}

/** Delete errors hold numbers in the place of names. */
function numbered(expected: Expected): bigint {
  if (typeof expected === 'bigint') return expected;
  return { none: -1n, any: -2n, exists: -4n }[expected];
}

/** What the real server says by itself, not in answer to a message, names the append by the two halves of its id. */
function structured(id: shared.UUID | undefined): shared.UUID | undefined {
  const hex = id?.getString().replaceAll('-', '');
  if (!hex) return id;
  const [most, least] = [hex.slice(0, 16), hex.slice(16)].map((half) => BigInt.asIntN(64, BigInt(`0x${half}`)).toString());
  return new shared.UUID().setStructured(new shared.UUID.Structured().setMostSignificantBits(most!).setLeastSignificantBits(least!));
}
