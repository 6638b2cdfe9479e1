import type { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { correlationOf, keyOf } from './append-message';
import { inTime, type Patience } from './server-silence';

type BatchCall = ReturnType<StreamsClient['batchAppend']>;

interface Waiting {
  resolve(answer: BatchAppendResp): void;
  reject(error: Error): void;
}

/**
 * All appends of this process share one batch call: each is a message, answered by its id. In the place of the client's own batch append, whose waiting
 * appends are in one map for all calls and clients: when one of its calls breaks, those of another are rejected, and their late answers end the process.
 */
export class AppendChannel {
  private call: SharedCall | undefined;

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly patience: Patience,
  ) {}

  /** Resolves to the server's answer, be it a refusal. Rejects when there is none: the outcome is unknown then. */
  send(message: BatchAppendReq): Promise<BatchAppendResp> {
    const call = (this.call ??= this.open());
    return inTime(call.send(message), this.patience, () => call.end(new Error('the server stopped answering appends')));
  }

  /** What waits for an answer rejects; what was not sent yet never is. */
  close(): void {
    this.call?.end(new Error('it was closed'));
  }

  private open(): SharedCall {
    const ended = () => {
      if (this.call === call) this.call = undefined;
    };
    const call: SharedCall = new SharedCall(this.begin(), ended);
    return call;
  }

  /** Through the client, which knows the address, the credentials and, after an error, the leader. */
  private begin(): Promise<BatchCall> {
    const client = this.client;
    const create = client['GRPCStreamCreator'](StreamsClient, 'appendToStream', (streams) =>
      streams.batchAppend(...client['callArguments']({}, { deadline: Infinity })),
    );
    return create();
  }
}

/** One batch call and those who wait for its answers. It ends with its first error. */
class SharedCall {
  private readonly waiting = new Map<string, Waiting>();
  private failure: Error | undefined;

  constructor(
    private readonly begun: Promise<BatchCall>,
    private readonly onEnd: () => void,
  ) {
    begun.then(
      (call) => {
        call.on('data', (answer: BatchAppendResp) => this.answer(answer));
        call.on('error', (error: Error) => this.end(error));
        call.on('end', () => this.end(new Error('the server ended the call')));
      },
      (error: Error) => this.end(error),
    );
  }

  async send(message: BatchAppendReq): Promise<BatchAppendResp> {
    const call = await this.begun;
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      this.waiting.set(keyOf(message.getCorrelationId()?.getString() ?? ''), { resolve, reject });
      call.write(message);
    });
  }

  end(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    this.onEnd();
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
    this.begun.then((call) => call.cancel()).catch(() => undefined);
  }

  private answer(answer: BatchAppendResp): void {
    const key = correlationOf(answer);
    this.waiting.get(key)?.resolve(answer);
    this.waiting.delete(key);
  }
}
