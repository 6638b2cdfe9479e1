import type { ServerDuplexStream, ServerReadableStream, sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb';
import type { AppendReq, BatchAppendReq } from '@eventstore/db-client/generated/streams_pb';
import {
  type AppendResp,
  type BatchAppendResp,
  type DeleteReq,
  DeleteResp,
  type TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb';
import { batchAnswer, CUT, isWritten, NOT_READY, notLeader, notReady, refusal, RESET, timedOut, unaryAnswer } from './answers';
import type { Database } from './database';
import type { Faults } from './faults';
import { type Expected, type ProposedRecord, text } from './record';

type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;
type Asked = { readonly stream: string; readonly expected: Expected; readonly events: ProposedRecord[] };

/** The calls that write. */
export class AppendCalls {
  constructor(
    private readonly database: Database,
    private readonly faults: Faults,
  ) {}

  /** Many appends on one call, each answered by its correlation id, taken in the order they came in. */
  batchAppend(call: BatchCall): void {
    const unfinished = new Map<string, Asked>();
    let turn: Promise<void> = Promise.resolve();
    call.on('data', (message: BatchAppendReq) => {
      const correlation = message.getCorrelationId()!.getString();
      const asked = unfinished.get(correlation) ?? askedFor(message);
      asked.events.push(...message.getProposedMessagesList().map(proposed));
      unfinished.set(correlation, asked);
      if (!message.getIsFinal()) return;
      unfinished.delete(correlation);
      if (this.faults.spoken) turn = turn.then(this.hold(call, message, asked));
      else turn = turn.then(() => this.takeOne(call, message, asked));
    });
    call.on('end', () => void turn.then(() => call.end()));
  }

  /** One append: its head, then its events, then the answer. */
  append(call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void {
    let head: AppendReq.Options | undefined;
    const events: ProposedRecord[] = [];
    call.on('data', (message: AppendReq) => {
      if (message.hasProposedMessage()) events.push(proposed(message.getProposedMessage()!));
      else head = message.getOptions();
    });
    call.on('end', () => void this.takeAlone({ stream: nameOf(head!.getStreamIdentifier()), expected: expectedOf(head!), events }, answer));
  }

  delete(call: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>): void {
    const options = call.request.getOptions()!;
    const [stream, expected] = [nameOf(options.getStreamIdentifier()), expectedOf(options)];
    const outcome = this.database.delete(stream, expected, false);
    if (!isWritten(outcome)) return answer(refusal(outcome, stream, expected));
    const position = ('position' in outcome ? outcome.position! : 0n).toString();
    answer(null, new DeleteResp().setPosition(new DeleteResp.Position().setCommitPosition(position).setPreparePosition(position)));
  }

  tombstone(call: ServerUnaryCall<TombstoneReq, TombstoneResp>, answer: sendUnaryData<TombstoneResp>): void {
    const options = call.request.getOptions()!;
    const [stream, expected] = [nameOf(options.getStreamIdentifier()), expectedOf(options)];
    const outcome = this.database.delete(stream, expected, true);
    if (!isWritten(outcome)) return answer(refusal(outcome, stream, expected));
    const position = ('position' in outcome ? outcome.position! : 0n).toString();
    answer(null, new TombstoneResp().setPosition(new TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position)));
  }

  /** What is sent again while it is in flight is stored once, and told to have run out of time. */
  private hold(call: BatchCall, message: BatchAppendReq, asked: Asked): () => Promise<void> {
    const id = asked.events[0]?.id ?? '';
    const { held } = this.faults;
    const isRepeat = held.includes(id);
    held.push(id);
    return async () => {
      await this.faults.spoken;
      held.splice(held.indexOf(id), 1);
      if (!isRepeat) this.takeOne(call, message, asked);
      else if (!call.cancelled) call.write(timedOut(message.getCorrelationId(), asked.stream));
    };
  }

  private takeOne(call: BatchCall, message: BatchAppendReq, { stream, expected, events }: Asked): void {
    const correlation = message.getCorrelationId();
    const leader = this.faults.takeLeader();
    if (leader) return void call.emit('error', notLeader(leader));
    if (this.faults.takeUnready()) return void call.write(notReady(correlation, stream));
    const lost = this.faults.takeLost();
    const outcome = this.database.append(stream, expected, events);
    if (call.cancelled) return;
    if (lost === 'cut') call.emit('error', CUT);
    else if (lost === 'reset') call.emit('error', RESET);
    else call.write(lost ? timedOut(correlation, stream) : batchAnswer(correlation, stream, expected, outcome));
  }

  private async takeAlone({ stream, expected, events }: Asked, answer: sendUnaryData<AppendResp>): Promise<void> {
    await this.faults.spoken;
    const leader = this.faults.takeLeader();
    if (leader) return answer(notLeader(leader));
    if (this.faults.takeUnready()) return answer(NOT_READY);
    const lost = this.faults.takeLost();
    const outcome = this.database.append(stream, expected, events);
    if (lost) answer(lost === 'reset' ? RESET : CUT);
    else if (isWritten(outcome) || outcome.kind === 'wrong') answer(null, unaryAnswer(outcome, expected));
    else answer(refusal(outcome, stream, expected));
  }
}

function askedFor(message: BatchAppendReq): Asked {
  const options = message.getOptions()!;
  return { stream: nameOf(options.getStreamIdentifier()), expected: batchExpected(options), events: [] };
}

function batchExpected(options: BatchAppendReq.Options): Expected {
  return options.hasStreamPosition() ? BigInt(options.getStreamPosition()) : named(options);
}

function expectedOf(options: AppendReq.Options | DeleteReq.Options | TombstoneReq.Options): Expected {
  return options.hasRevision() ? BigInt(options.getRevision()) : named(options);
}

function named(options: { hasAny(): boolean; hasNoStream(): boolean }): 'any' | 'none' | 'exists' {
  if (options.hasAny()) return 'any';
  return options.hasNoStream() ? 'none' : 'exists';
}

function nameOf(identifier: StreamIdentifier | undefined): string {
  return text(identifier?.getStreamName_asU8() ?? new Uint8Array());
}

function proposed(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): ProposedRecord {
  const headers = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: headers.get('type') ?? '',
    isJson: headers.get('content-type') === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}
