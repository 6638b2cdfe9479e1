import { MAX_MESSAGE_BYTES } from '../../ports/message-bus';
import { eventually } from '../eventually';
import { settle } from '../manual-clock';
import { SEED, SeededRandom } from '../seeded-random';
import { type BusUnderTest, makeGate } from './bus-under-test';

/** Messages arrive whole, where they belong and in order. */
export function carryingContract(on: BusUnderTest): void {
  describe('carries messages', () => {
    it('whole: key, value, headers, unicode and control characters', async () => {
      await on.topicOf(3);
      const { deliveries, has } = on.follow({ group: 'g' });
      const before = on.clock.now();
      const value = JSON.stringify({ text: 'Grüße 🚀 "quoted"\n' }) + '\u0000 after NUL';
      await on.bus.publish([
        { topic: on.topic, key: 'schlüssel-🔑', value, headers: { traceparent: '00-ab', grüße: 'ä\u0000ö' } },
        { topic: on.topic, key: '', value: '' },
      ]);
      await has(value, '');
      const delivery = deliveries.find((candidate) => candidate.value === value);
      expect(delivery).toMatchObject({ topic: on.topic, key: 'schlüssel-🔑', headers: { traceparent: '00-ab', grüße: 'ä\u0000ö' } });
      expect(delivery?.partition).toBe(on.bus.partitionOf(on.topic, 'schlüssel-🔑'));
      expect(typeof delivery?.offset).toBe('bigint');
      expect(delivery?.publishedAt).toBeGreaterThanOrEqual(before - 1_000);
      expect(deliveries.find((candidate) => candidate.value === '')).toMatchObject({ key: '', headers: {} });
    });

    it('to the partition that partitionOf says, with rising offsets', async () => {
      await on.topicOf(4);
      const values = Array.from({ length: 40 }, (_, number) => `key${number}:1`);
      await on.send(...values);
      const { deliveries, has } = on.follow({ group: 'g' });
      await has(...values);
      for (const { key, partition } of deliveries) expect(partition).toBe(on.bus.partitionOf(on.topic, key));
      for (const partition of new Set(deliveries.map((delivery) => delivery.partition))) {
        const offsets = deliveries.filter((delivery) => delivery.partition === partition).map(({ offset }) => offset);
        expect(offsets.every((offset, index) => index === 0 || offset > (offsets[index - 1] ?? 0n))).toBe(true);
      }
    });

    it('up to the largest size, counted in bytes, and refuses a larger one', async () => {
      await on.topicOf(1);
      const largest = 'ü'.repeat(MAX_MESSAGE_BYTES / 2);
      await expect(on.bus.publish([{ topic: on.topic, key: 'a', value: `${largest}x` }])).rejects.toMatchObject({
        code: 'message-bus.too-large',
        retryable: false,
      });
      await on.bus.publish([{ topic: on.topic, key: 'a', value: largest }]);
      const { handled } = on.follow({ group: 'g' });
      await eventually(() => handled.length === 1, 'the largest message');
      expect(handled[0] === largest).toBe(true);
    });

    it('all of a call or none', async () => {
      await on.topicOf(2);
      const refused = on.bus.publish([{ topic: on.topic, key: 'a', value: 'first' }, { topic: on.topic, key: 'a', value: 'x'.repeat(MAX_MESSAGE_BYTES + 1) }]); // prettier-ignore
      await expect(refused).rejects.toMatchObject({ code: 'message-bus.too-large' });
      await expect(on.bus.publish([{ topic: on.topic, key: 'a', value: 'second' }, { topic: `${on.topic}-none`, key: 'a', value: '' }])).rejects.toMatchObject({ code: 'message-bus.unknown-topic' }); // prettier-ignore
      await on.bus.publish([]);
      await on.bus.publish([{ topic: on.topic, key: 'a', value: 'third' }]);
      const { handled, has } = on.follow({ group: 'g' });
      await has('third');
      expect(handled).toEqual(['third']);
    });

    it('of known topics only; ensuring one again changes nothing', async () => {
      await expect(on.bus.publish([{ topic: on.topic, key: 'a', value: '1' }])).rejects.toMatchObject({
        code: 'message-bus.unknown-topic',
        retryable: false,
      });
      await expect(on.bus.consume({ topics: [on.topic], group: 'g', handle: async () => undefined }).started).rejects.toMatchObject({
        code: 'message-bus.unknown-topic',
      });
      await on.topicOf(2);
      await on.send('a:1');
      await on.topicOf(2);
      const { has } = on.follow({ group: 'g' });
      await has('a:1');
    });
  });

  describe('orders', () => {
    it.each([1, 8])(`messages of a key, with a concurrency of %i (seed ${SEED})`, async (concurrency) => {
      await on.topicOf(2);
      const random = new SeededRandom(SEED);
      const keys = Array.from({ length: 10 }, (_, number) => `key${number}`);
      const values = Array.from({ length: 200 }, (_, number) => `${keys[Math.floor(random.fraction() * keys.length)]}:${number}`);
      const running = new Set<string>();
      let overlaps = 0;
      const { handled, has } = on.follow({
        group: 'g',
        concurrency,
        before: async ({ key }) => {
          if (running.has(key)) overlaps += 1;
          running.add(key);
          await settle(Math.floor(random.fraction() * 4));
          running.delete(key);
        },
      });
      for (let sent = 0; sent < values.length; sent += 7) await on.send(...values.slice(sent, sent + 7));
      await has(...values);
      expect(overlaps).toBe(0);
      for (const key of keys)
        expect(handled.filter((value) => value.startsWith(`${key}:`))).toEqual(values.filter((value) => value.startsWith(`${key}:`)));
    });

    it('messages of different keys side by side when the concurrency allows', async () => {
      await on.topicOf(1);
      const gate = makeGate();
      const { handled, has } = on.follow({ group: 'g', concurrency: 2, before: ({ key }) => (key === 'slow' ? gate.opened : undefined) });
      await on.send('slow:1', 'quick:1', 'slow:2', 'quick:2');
      await has('quick:1', 'quick:2');
      expect(handled).toEqual(['quick:1', 'quick:2']);
      gate.open();
      await has('slow:1', 'slow:2');
      expect(handled).toEqual(['quick:1', 'quick:2', 'slow:1', 'slow:2']);
    });
  });
}
