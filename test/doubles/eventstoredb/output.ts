import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import type { Failure } from './answers';
import type { Faults } from './faults';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** Writes to one caller, no faster than they read. */
export class Output {
  private over = false;
  private wakeAtEnd: () => void = () => undefined;

  constructor(
    private readonly call: ReadCall,
    private readonly faults: Faults,
  ) {
    for (const ending of ['cancelled', 'close', 'error']) call.on(ending, () => this.finish());
  }

  get ended(): boolean {
    return this.over || this.call.cancelled;
  }

  /** The last one that asked is told when the caller is gone. */
  onEnd(wake: () => void): void {
    this.wakeAtEnd = wake;
  }

  async write(answer: ReadResp): Promise<void> {
    await this.faults.spoken;
    if (this.ended || this.call.write(answer)) return;
    await new Promise<void>((resolve) => {
      this.onEnd(resolve);
      this.call.once('drain', resolve);
    });
  }

  end(): void {
    if (!this.ended) this.call.end();
    this.finish();
  }

  fail(failure: Failure): void {
    if (!this.ended) this.call.emit('error', failure);
    this.finish();
  }

  private finish(): void {
    this.over = true;
    this.wakeAtEnd();
  }
}
