import { randomUUID } from 'node:crypto';
import type { Clock } from '../../ports/clock';
import type { ConsumeOptions, Consumer, Delivery, MessageBus } from '../../ports/message-bus';
import { eventually } from '../eventually';

/** An adapter under test, running on real time. */
export interface MessageBusFixture {
  readonly bus: MessageBus;
  readonly clock: Clock;
  /** Durable adapters: opens the same messages again, after `close`. */
  readonly reopen?: () => Promise<MessageBus>;
  /** Removes what `close` leaves behind. */
  readonly dispose?: () => Promise<void>;
}

type FollowOptions = Partial<ConsumeOptions> & { before?: (delivery: Delivery) => Promise<void> | void };

/** The bus and the topic of the test that runs, and the words that the contract is written in. */
export class BusUnderTest {
  bus!: MessageBus;
  /** Of this test alone, so that all of them can share a broker. */
  topic = '';
  private fixture!: MessageBusFixture;

  constructor(
    private readonly open: () => Promise<MessageBusFixture>,
    readonly durable: boolean,
  ) {}

  get clock(): Clock {
    return this.fixture.clock;
  }

  async setUp(): Promise<void> {
    this.fixture = await this.open();
    this.bus = this.fixture.bus;
    this.topic = `contract-${randomUUID().slice(0, 8)}`;
  }

  async tearDown(): Promise<void> {
    await this.bus.close();
    await this.fixture.dispose?.();
  }

  async reopen(): Promise<void> {
    if (!this.fixture.reopen) throw new Error('a durable adapter says how it is opened again');
    this.bus = await this.fixture.reopen();
  }

  topicOf(partitions: number): Promise<void> {
    return this.bus.ensureTopics([{ name: this.topic, partitions }]);
  }

  /** Publishes values like `key:1` under their keys. */
  send(...values: string[]): Promise<void> {
    return this.bus.publish(values.map((value) => ({ topic: this.topic, key: value.split(':')[0] ?? '', value })));
  }

  /** A key that lands in a partition. */
  keyIn(partition: number): string {
    for (let number = 0; ; number += 1) if (this.bus.partitionOf(this.topic, `key${number}`) === partition) return `key${number}`;
  }

  /** Starts a consumer that notes what it handled. `before` runs in the handler and may wait or fail. */
  follow({ before, ...options }: FollowOptions = {}) {
    const handled: string[] = [];
    const deliveries: Delivery[] = [];
    const handle = async (delivery: Delivery) => {
      await before?.(delivery);
      handled.push(delivery.value);
      deliveries.push(delivery);
    };
    const consumer = this.bus.consume({ topics: [this.topic], handle, ...options });
    const has = (...values: string[]) =>
      eventually(() => values.every((value) => handled.includes(value)), `handling ${values.join(', ')}`);
    return { consumer, handled, deliveries, has };
  }
}

/** The partitions that a consumer holds. */
export function held(consumer: Consumer): number[] {
  return consumer.partitions().map(({ partition }) => partition);
}

/** Something that handlers can wait for. */
export function makeGate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
