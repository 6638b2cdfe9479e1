import type { Consumer, PartitionState } from '@slipway/kernel';

/** A consumer that was refused: `started` rejects with the reason. */
export class RefusedConsumer implements Consumer {
  readonly started: Promise<void>;

  constructor(private readonly reason: Error) {
    this.started = Promise.reject(reason);
  }

  partitions(): readonly PartitionState[] {
    return [];
  }

  lag(): ReadonlyMap<string, number> {
    return new Map();
  }

  trouble(): string {
    return this.reason.message;
  }

  async stop(): Promise<void> {}
}
