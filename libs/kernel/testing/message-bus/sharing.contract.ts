import { eventually } from '../eventually';
import { settle } from '../manual-clock';
import { type BusUnderTest, held, makeGate } from './bus-under-test';

/** Who gets which messages, from where on, and whether it keeps up. */
export function sharingContract(on: BusUnderTest): void {
  describe('shares', () => {
    it('partitions among the consumers of a group, each with one owner, and hands over those of one that stops', async () => {
      await on.topicOf(4);
      const handledBy = new Map<string, string[]>();
      const start = (member: string) =>
        on.follow({
          group: 'g',
          before: async ({ value }) => {
            await settle(1);
            handledBy.set(value, [...(handledBy.get(value) ?? []), member]);
          },
        });
      const first = start('first');
      await first.consumer.started;
      expect(held(first.consumer).sort()).toEqual([0, 1, 2, 3]);
      const second = start('second');
      await second.consumer.started;
      await eventually(() => held(first.consumer).length === 2 && held(second.consumer).length === 2, 'equal shares');
      expect([...held(first.consumer), ...held(second.consumer)].sort()).toEqual([0, 1, 2, 3]);

      const values = Array.from({ length: 120 }, (_, number) => `key${number % 12}:${number}`);
      await on.send(...values.slice(0, 40));
      await on.send(...values.slice(40, 80));
      await eventually(() => second.handled.length > 0, 'something for the second');
      await second.consumer.stop();
      await on.send(...values.slice(80));
      await eventually(() => values.every((value) => handledBy.has(value)), 'everything handled');
      await eventually(() => held(first.consumer).length === 4, 'the takeover');
      for (let number = 0; number < 12; number += 1) {
        const ofKey = [...handledBy.keys()].filter((value) => value.startsWith(`key${number}:`));
        expect(ofKey).toEqual(values.filter((value) => value.startsWith(`key${number}:`)));
      }
      expect(second.handled.length + first.handled.length).toBeGreaterThanOrEqual(values.length);
    });

    it('nothing between groups: each gets everything', async () => {
      await on.topicOf(2);
      const [one, other] = [on.follow({ group: 'one' }), on.follow({ group: 'other' })];
      await on.send('a:1', 'b:1', 'c:1');
      await Promise.all([one.has('a:1', 'b:1', 'c:1'), other.has('a:1', 'b:1', 'c:1')]);
      expect(one.handled).toHaveLength(3);
      expect(other.handled).toHaveLength(3);
    });

    it('several topics with one consumer', async () => {
      await on.topicOf(1);
      await on.bus.ensureTopics([{ name: `${on.topic}-more`, partitions: 2 }]);
      const { consumer, has } = on.follow({ group: 'g', topics: [on.topic, `${on.topic}-more`] });
      await on.bus.publish([{ topic: on.topic, key: 'a', value: 'one' }, { topic: `${on.topic}-more`, key: 'a', value: 'more' }]); // prettier-ignore
      await has('one', 'more');
      expect(consumer.partitions().map((state) => state.topic).sort()).toEqual([on.topic, `${on.topic}-more`, `${on.topic}-more`]); // prettier-ignore
    });
  });

  describe('starts', () => {
    it('a consumer without a group behind what was published before; each of them gets everything after that', async () => {
      await on.topicOf(2);
      await on.send('old:1', 'older:1');
      const [one, other] = [on.follow(), on.follow()];
      await Promise.all([one.consumer.started, other.consumer.started]);
      await on.send('a:1', 'b:1', 'old:2');
      await Promise.all([one.has('a:1', 'b:1', 'old:2'), other.has('a:1', 'b:1', 'old:2')]);
      expect(one.handled).toHaveLength(3);
      expect(other.handled).toHaveLength(3);
    });

    it('a new group at the latest if it wants so, and a known one where it stands', async () => {
      await on.topicOf(1);
      await on.send('a:1');
      const first = on.follow({ group: 'g', from: 'latest' });
      await first.consumer.started;
      await on.send('a:2');
      await first.has('a:2');
      await first.consumer.stop();
      await on.send('a:3');
      const second = on.follow({ group: 'g', from: 'latest' });
      await second.has('a:3');
      expect([first.handled, second.handled]).toEqual([['a:2'], ['a:3']]);
    });
  });

  it('says since when a consumer has been caught up, and nothing while it is behind', async () => {
    await on.topicOf(1);
    let gate = makeGate();
    await on.send('a:1');
    const { consumer, has } = on.follow({ group: 'g', before: () => gate.opened });
    await consumer.started;
    const caughtUpSince = () => consumer.partitions().find(({ partition }) => partition === 0)?.caughtUpSince;
    expect(held(consumer)).toEqual([0]);
    expect(caughtUpSince()).toBeUndefined();
    const before = on.clock.now();
    gate.open();
    await has('a:1');
    await eventually(() => caughtUpSince() !== undefined, 'catching up');
    expect(caughtUpSince()).toBeGreaterThanOrEqual(before);
    expect(caughtUpSince()).toBeLessThanOrEqual(on.clock.now());
    gate = makeGate();
    await on.send('a:2');
    await eventually(() => caughtUpSince() === undefined, 'falling behind');
    const later = on.clock.now();
    gate.open();
    await eventually(() => (caughtUpSince() ?? 0) >= later, 'catching up again');
  });

  it('says how many messages wait for a consumer, those in its hands included', async () => {
    await on.topicOf(2);
    const gate = makeGate();
    const { consumer, has } = on.follow({ group: 'g', before: () => gate.opened });
    await consumer.started;
    const values = [0, 1].flatMap((partition) => [1, 2, 3].map((number) => `${on.keyIn(partition)}:${number}`));
    await on.send(...values);
    await eventually(() => consumer.lag().get(on.topic) === 6, 'six that wait');
    gate.open();
    await has(...values);
    await eventually(() => consumer.lag().get(on.topic) === 0, 'none that waits');
  });
}
