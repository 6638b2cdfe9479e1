import {
  type Appended,
  type Checkpoint,
  Clock,
  type ConsumeOptions,
  type Consumer,
  type EventBatch,
  EventStore,
  type EventToAppend,
  type ExpectedVersion,
  type Message,
  MessageBus,
  ReadStore,
  type RowChange,
  type Schema,
  type Snapshot,
  type TopicSpec,
  type SubscribeOptions,
} from '@slipway/kernel';

/** What a process did to the outside, once it was done: where a test may kill it. */
export type Effect = 'append' | 'publish' | 'commit';

/** Whether a process still lives. Once it was killed, its calls are never answered and its timers never fire, as if its power were off. */
export class Life {
  private readonly death = new AbortController();
  readonly consumers: Consumer[] = [];

  /** `after` is told of each effect, and may kill: the process then never learns that it took place. */
  constructor(private readonly after: (effect: Effect, life: Life) => void = () => undefined) {}

  get over(): boolean {
    return this.death.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.death.signal;
  }

  /** The bus notices, and hands what the process had taken to the next one. */
  kill(): void {
    this.death.abort();
    for (const consumer of this.consumers) void consumer.stop();
  }

  /** The answer, if the process lives to hear it. */
  async hears<T>(call: () => Promise<T>, effect?: Effect): Promise<T> {
    if (this.over) return never();
    try {
      const answer = await call();
      if (effect && !this.over) this.after(effect, this);
      return this.over ? never() : answer;
    } catch (error) {
      if (this.over) return never();
      throw error;
    }
  }
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

export class MortalClock extends Clock {
  constructor(
    private readonly inner: Clock,
    private readonly life: Life,
  ) {
    super();
  }

  now(): number {
    return this.inner.now();
  }

  after(ms: number, fn: () => void): () => void {
    return this.inner.after(ms, () => this.life.over || fn());
  }
}

export class MortalEventStore extends EventStore {
  readonly soleWriter = true;

  constructor(
    private readonly inner: EventStore,
    private readonly life: Life,
  ) {
    super();
  }

  append(stream: string, expected: ExpectedVersion, events: readonly EventToAppend[], options?: { keepForSeconds?: number }) {
    return this.life.hears<Appended>(() => this.inner.append(stream, expected, events, options), 'append');
  }

  logId = () => this.life.hears(() => this.inner.logId());
  readStream = (stream: string, options?: { from?: number; limit?: number }) =>
    this.life.hears(() => this.inner.readStream(stream, options));
  readAll = (options: { after: bigint; limit?: number }) => this.life.hears(() => this.inner.readAll(options));
  head = () => this.life.hears(() => this.inner.head());
  close = () => Promise.resolve();

  async *subscribe(options: SubscribeOptions): AsyncIterable<EventBatch> {
    const signal = AbortSignal.any([options.signal, this.life.signal]);
    for await (const batch of this.inner.subscribe({ ...options, signal })) yield await this.life.hears(() => Promise.resolve(batch));
    if (this.life.over) await never();
  }
}

export class MortalReadStore extends ReadStore {
  constructor(
    private readonly inner: ReadStore,
    private readonly life: Life,
  ) {
    super();
  }

  prepare = (schema: Schema) => this.life.hears(() => this.inner.prepare(schema));
  checkpoint = (subscription: string) => this.life.hears(() => this.inner.checkpoint(subscription));
  checkpoints = () => this.life.hears(() => this.inner.checkpoints());
  forget = (subscription: string) => this.life.hears(() => this.inner.forget(subscription), 'commit');
  write = (changes: readonly RowChange[]) => this.life.hears(() => this.inner.write(changes), 'commit');
  close = () => Promise.resolve();

  commit(subscription: string, from: Checkpoint | undefined, to: Checkpoint, changes: readonly RowChange[]): Promise<void> {
    return this.life.hears(() => this.inner.commit(subscription, from, to, changes), 'commit');
  }

  read<T>(schema: Schema, reader: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.life.hears(() => this.inner.read(schema, reader));
  }
}

export class MortalBus extends MessageBus {
  constructor(
    private readonly inner: MessageBus,
    private readonly life: Life,
  ) {
    super();
  }

  ensureTopics = (topics: readonly TopicSpec[]) => this.life.hears(() => this.inner.ensureTopics(topics));
  publish = (messages: readonly Message[]) => this.life.hears(() => this.inner.publish(messages), 'publish');
  partitionOf = (topic: string, key: string) => this.inner.partitionOf(topic, key);
  trouble = () => this.inner.trouble();
  close = () => Promise.resolve();

  consume(options: ConsumeOptions): Consumer {
    const { signal } = this.life;
    if (this.life.over)
      return {
        started: never(),
        partitions: () => [],
        lag: () => new Map<string, number>(),
        trouble: () => undefined,
        stop: () => Promise.resolve(),
      };
    const died = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('the process died')), { once: true });
    });
    died.catch(() => undefined);
    const handle: ConsumeOptions['handle'] = (delivery) => (this.life.over ? died : Promise.race([options.handle(delivery), died]));
    const consumer = this.inner.consume({ ...options, handle });
    this.life.consumers.push(consumer);
    return consumer;
  }
}
