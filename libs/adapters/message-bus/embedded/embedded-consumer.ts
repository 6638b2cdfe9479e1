import type { ConsumeOptions, Consumer, PartitionState } from '@slipway/kernel';
import type { PartitionPump } from './partition-pump';

/** A consumer as the bus and its group see it: the pumps of the partitions it owns. */
export class EmbeddedConsumer implements Consumer {
  readonly started: Promise<void>;
  /** Resolves `started`. */
  ready!: () => void;
  /** By partition id. */
  readonly pumps = new Map<number, PartitionPump>();
  private stopping: Promise<void> | undefined;

  constructor(
    readonly options: ConsumeOptions,
    private readonly onStop: (consumer: EmbeddedConsumer) => Promise<void>,
  ) {
    this.started = new Promise((resolve) => {
      this.ready = resolve;
    });
  }

  partitions(): readonly PartitionState[] {
    return [...this.pumps.values()].filter((pump) => !pump.released).map((pump) => pump.state());
  }

  lag(): ReadonlyMap<string, number> {
    const lag = new Map<string, number>();
    for (const pump of this.pumps.values()) if (!pump.released) lag.set(pump.topic, (lag.get(pump.topic) ?? 0) + pump.behind);
    return lag;
  }

  /** In one process nothing stands between a consumer and its messages. */
  trouble(): undefined {
    return undefined;
  }

  stop(): Promise<void> {
    this.stopping ??= this.onStop(this).finally(() => this.ready());
    return this.stopping;
  }
}
