import { InfrastructureError, type Message, TOPICS } from '@slipway/kernel';
import { ManualClock, settle } from '@slipway/kernel/testing';
import { MemoryLog } from '../memory/memory-log';
import { EmbeddedMessageBus } from './embedded-message-bus';
import type { GroupOffset, NewMessage } from './message-log';

const DAY = 86_400_000;

/** A disk that can be taken away, and a count of what is asked of it. */
class ObservedLog extends MemoryLog {
  away = false;
  reads = 0;
  writes = 0;
  saved: GroupOffset[] = [];

  override read(partition: number, after: number, limit: number, maxBytes: number) {
    this.reads += 1;
    this.check();
    return super.read(partition, after, limit, maxBytes);
  }

  override write(messages: readonly NewMessage[], at: number, offsets: readonly GroupOffset[] = []) {
    this.writes += 1;
    this.check();
    super.write(messages, at);
    this.saved.push(...offsets);
  }

  private check(): void {
    if (this.away) throw new InfrastructureError('message-bus.unavailable', 'the disk is full', true);
  }
}

/** Counts the timers that wait. */
class ObservedClock extends ManualClock {
  private readonly pending = new Set<object>();

  get waiting(): number {
    return this.pending.size;
  }

  override after(ms: number, fn: () => void): () => void {
    const timer = {};
    this.pending.add(timer);
    const cancel = super.after(ms, () => {
      this.pending.delete(timer);
      fn();
    });
    return () => {
      this.pending.delete(timer);
      cancel();
    };
  }
}

describe('the embedded message bus', () => {
  let log: ObservedLog;
  let clock: ObservedClock;
  let bus: EmbeddedMessageBus;

  beforeEach(async () => {
    log = new ObservedLog();
    clock = new ObservedClock();
    bus = new EmbeddedMessageBus(log, { clock });
    await bus.ensureTopics([{ name: 't', partitions: 1 }]);
  });

  afterEach(() => bus.close());

  const message = (value: string, topic = 't'): Message => ({ topic, key: value.split(':')[0] ?? '', value });
  const follow = (group: string | undefined, before: (value: string) => Promise<void> | void = () => {}, concurrency = 1) => {
    const handled: string[] = [];
    const handle = async ({ value }: { value: string }) => {
      await before(value);
      handled.push(value);
    };
    return { handled, consumer: bus.consume({ topics: ['t'], group, concurrency, handle }) };
  };

  it('is still when nothing is published: no timer waits, nothing is read or written', async () => {
    const { handled } = follow('g');
    await bus.publish([message('a:1')]);
    await clock.advance(1_000);
    expect(handled).toEqual(['a:1']);
    const [reads, writes] = [log.reads, log.writes];
    expect(clock.waiting).toBe(0);
    await clock.advance(DAY);
    expect([log.reads, log.writes]).toEqual([reads, writes]);
  });

  it('writes what is published in one turn at once, with the acknowledgements that wait', async () => {
    follow('g');
    await bus.publish([message('a:1')]);
    await settle();
    const writes = log.writes;
    await Promise.all([bus.publish([message('a:2')]), bus.publish([message('b:1'), message('c:1')]), bus.publish([message('a:3')])]);
    expect(log.writes).toBe(writes + 1);
    expect(log.saved.at(-1)).toEqual({ group: 'g', partition: 1, offset: 1 });
  });

  it('pauses longer before each further delivery of a message, and other keys go on beside it', async () => {
    const tries: number[] = [];
    const begin = clock.now();
    const { handled } = follow(
      'g',
      (value) => {
        if (value !== 'bad:1') return;
        tries.push(clock.now() - begin);
        if (tries.length <= 9) throw new Error('not now');
      },
      2,
    );
    await bus.publish([message('bad:1'), message('good:1'), message('bad:2'), message('good:2')]);
    await clock.advance(30_000);
    expect(tries).toEqual([0, 100, 300, 700, 1_500, 3_100, 6_300, 12_700, 22_700]);
    expect(handled).toEqual(['good:1', 'good:2']);
    await clock.advance(10_000);
    expect(handled).toEqual(['good:1', 'good:2', 'bad:1', 'bad:2']);
  });

  it('stops promptly while a delivery waits for its next try, and hands it back', async () => {
    const first = follow('g', () => {
      throw new Error('not now');
    });
    await bus.publish([message('a:1')]);
    await clock.advance(5_000);
    await first.consumer.stop();
    const second = follow('g');
    await settle();
    expect(second.handled).toEqual(['a:1']);
  });

  it('moves a partition only when its owner has finished what it handles, and holds `started` back until then', async () => {
    await bus.ensureTopics([{ name: 'two', partitions: 2 }]);
    const keys = [0, 1].map((partition) => ['a', 'b', 'c', 'd', 'e'].find((key) => bus.partitionOf('two', key) === partition) ?? '');
    let go = () => {};
    const wait = new Promise<void>((resolve) => (go = resolve));
    const running: string[] = [];
    const join = (name: string) =>
      bus.consume({
        topics: ['two'],
        group: 'g',
        handle: async ({ key, value }) => {
          running.push(`${name} ${key}:${value}`);
          await wait;
        },
      });
    const first = join('first');
    await bus.publish(keys.flatMap((key) => ['1', '2'].map((value) => ({ topic: 'two', key, value }))));
    await settle();
    const second = join('second');
    let started = false;
    void second.started.then(() => (started = true));
    await settle();
    expect(running).toEqual(keys.map((key) => `first ${key}:1`));
    expect([started, first.partitions().length, second.partitions().length]).toEqual([false, 1, 0]);
    go();
    await settle();
    expect([started, first.partitions().length, second.partitions().length]).toEqual([true, 1, 1]);
    expect(running.slice(2).sort()).toEqual([`first ${keys[0]}:2`, `second ${keys[1]}:2`]);
  });

  it('counts as caught up through steady traffic, and anew once something waited too long', async () => {
    let wait = Promise.resolve();
    const { consumer } = follow('g', () => wait);
    await consumer.started;
    const begin = clock.now();
    const since = () => consumer.partitions()[0]?.caughtUpSince;
    expect(since()).toBe(begin);
    for (let round = 0; round < 20; round += 1) {
      await bus.publish([message(`a:${round}`)]);
      await clock.advance(500);
    }
    expect(since()).toBe(begin);

    let go = () => {};
    wait = new Promise((resolve) => (go = resolve));
    await bus.publish([message('a:slow')]);
    await clock.advance(1_000);
    expect(since()).toBe(begin);
    await clock.advance(1);
    expect(since()).toBeUndefined();
    go();
    await settle();
    expect(since()).toBe(clock.now());
  });

  it('notices that it fell behind even when nobody asked meanwhile', async () => {
    let go = () => {};
    const wait = new Promise<void>((resolve) => (go = resolve));
    const { consumer } = follow('g', () => wait);
    await bus.publish([message('a:1'), message('a:2')]);
    await clock.advance(5_000);
    go();
    await settle();
    expect(consumer.partitions()[0]?.caughtUpSince).toBe(clock.now());
  });

  it('reads no more than a bounded window ahead of what is acknowledged', async () => {
    let go = () => {};
    const wait = new Promise<void>((resolve) => (go = resolve));
    const { handled } = follow('g', (value) => (value === 'stuck:0' ? wait : undefined), 4);
    for (let batch = 0; batch < 30; batch += 1)
      await bus.publish(Array.from({ length: 100 }, (_, index) => message(index + batch === 0 ? 'stuck:0' : `k${index}:${batch}`)));
    await settle(100);
    expect(handled.length).toBeGreaterThan(900);
    expect(handled.length).toBeLessThan(1_200);
    go();
    await settle(100);
    expect(handled).toHaveLength(3_000);
  });

  it('waits for a disk that cannot be read and goes on', async () => {
    await bus.publish([message('a:1')]);
    log.away = true;
    const { handled } = follow('g');
    await clock.advance(5_000);
    expect(handled).toEqual([]);
    log.away = false;
    await clock.advance(1_000);
    expect(handled).toEqual(['a:1']);
  });

  it('refuses to publish to a disk that is full, and stores acknowledgements when it can again', async () => {
    const { handled } = follow('g');
    await bus.publish([message('a:1')]);
    await settle();
    expect(handled).toEqual(['a:1']);
    log.away = true;
    await expect(bus.publish([message('a:2')])).rejects.toMatchObject({ code: 'message-bus.unavailable', retryable: true });
    await clock.advance(10_000);
    expect(log.saved).not.toContainEqual({ group: 'g', partition: 1, offset: 1 });
    log.away = false;
    await clock.advance(1_000);
    expect(log.saved.at(-1)).toEqual({ group: 'g', partition: 1, offset: 1 });
    expect([handled, clock.waiting]).toEqual([['a:1'], 0]);
  });

  describe('forgets', () => {
    const stored = (topic: string) => log.partitions().filter((partition) => partition.topic === topic).flatMap(({ id }) => log.read(id, 0, 10_000, 1e9).map(({ value }) => value)); // prettier-ignore
    const trimRound = async () => {
      await clock.advance(60_000);
      await bus.publish([message('round', 'other')]);
    };

    beforeEach(() => bus.ensureTopics([{ name: 'other', partitions: 1 }, { name: TOPICS.deadLetters, partitions: 1 }])); // prettier-ignore

    it('what all groups acknowledged a day ago, and nothing that one of them has yet to handle', async () => {
      follow('one');
      let go = () => {};
      const wait = new Promise<void>((resolve) => (go = resolve));
      follow('other', () => wait);
      await bus.publish([message('a:1'), message('a:2')]);
      await clock.advance(DAY + 1);
      await trimRound();
      expect(stored('t')).toEqual(['a:1', 'a:2']);
      go();
      await settle();
      await bus.publish([message('a:3')]);
      await trimRound();
      expect(stored('t')).toEqual(['a:3']);
    });

    it('after a week what no group ever consumed', async () => {
      await bus.publish([message('a:1')]);
      await clock.advance(6 * DAY);
      await trimRound();
      expect(stored('t')).toEqual(['a:1']);
      await clock.advance(DAY);
      await trimRound();
      expect(stored('t')).toEqual([]);
    });

    it('never a dead letter', async () => {
      bus.consume({ topics: [TOPICS.deadLetters], group: 'replay', handle: async () => undefined });
      await bus.publish([message('a:1', TOPICS.deadLetters)]);
      await clock.advance(30 * DAY);
      await trimRound();
      expect(stored(TOPICS.deadLetters)).toEqual(['a:1']);
    });

    it('in small rounds, until nothing old is left', async () => {
      const { handled } = follow('g');
      await bus.publish(Array.from({ length: 1_200 }, (_, number) => message(`k:${number}`)));
      await settle(60);
      expect(handled).toHaveLength(1_200);
      await clock.advance(DAY + 1);
      const left: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        await bus.publish([message('round', 'other')]);
        left.push(stored('t').length);
      }
      expect(left).toEqual([700, 200, 0]);
    });
  });
});
