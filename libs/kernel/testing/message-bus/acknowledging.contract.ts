import { eventually } from '../eventually';
import { settle } from '../manual-clock';
import { type BusUnderTest, makeGate } from './bus-under-test';

/** What counts as handled, and what comes again. */
export function acknowledgingContract(on: BusUnderTest): void {
  describe('acknowledges', () => {
    it('what was handled: the next consumer of the group goes on behind it', async () => {
      await on.topicOf(1);
      await on.send('a:1', 'a:2');
      const first = on.follow({ group: 'g' });
      await first.has('a:1', 'a:2');
      await first.consumer.stop();
      await on.send('a:3');
      const second = on.follow({ group: 'g' });
      await second.has('a:3');
      expect(second.handled).toEqual(['a:3']);
    });

    it('never what was rejected: it comes again after a pause, before anything later of its key, and other partitions go on', async () => {
      await on.topicOf(2);
      const [bad, good] = [on.keyIn(0), on.keyIn(1)];
      let failing = true;
      const attempts: string[] = [];
      const { handled, has } = on.follow({
        group: 'g',
        concurrency: 4,
        before: ({ key, value }) => {
          attempts.push(value);
          if (key === bad && failing) throw new Error('not now');
        },
      });
      await on.send(`${bad}:1`, `${bad}:2`, `${good}:1`, `${good}:2`);
      await eventually(() => attempts.filter((value) => value === `${bad}:1`).length >= 2, 'the second delivery');
      await has(`${good}:1`, `${good}:2`);
      expect(attempts).not.toContain(`${bad}:2`);
      failing = false;
      await has(`${bad}:2`);
      expect(handled.filter((value) => value.startsWith(bad))).toEqual([`${bad}:1`, `${bad}:2`]);
    });

    it('only up to the first gap, whatever was handled behind it', async () => {
      await on.topicOf(1);
      const gate = makeGate();
      const first = on.follow({
        group: 'g',
        concurrency: 4,
        before: async ({ key }) => {
          if (key !== 'gap') return;
          await gate.opened;
          throw new Error('handed back');
        },
      });
      await on.send('before:1', 'gap:1', 'b:1', 'c:1', 'd:1');
      await first.has('before:1', 'b:1', 'c:1', 'd:1');
      const stopped = first.consumer.stop();
      gate.open();
      await stopped;
      const second = on.follow({ group: 'g' });
      await second.has('gap:1');
      expect(second.handled[0]).toBe('gap:1');
    });

    it('what running handlers finish while it stops, takes nothing new, and stops only then', async () => {
      await on.topicOf(1);
      const gate = makeGate();
      let entered = false;
      const first = on.follow({
        group: 'g',
        before: () => {
          entered = true;
          return gate.opened;
        },
      });
      await on.send('a:1', 'a:2');
      await eventually(() => entered, 'the first delivery');
      let stopped = false;
      const stopping = first.consumer.stop().then(() => (stopped = true));
      await settle();
      expect(stopped).toBe(false);
      gate.open();
      await stopping;
      expect(first.handled).toEqual(['a:1']);
      expect(first.consumer.partitions()).toEqual([]);
      const second = on.follow({ group: 'g' });
      await second.has('a:2');
      expect(second.handled).toEqual(['a:2']);
    });

    if (on.durable) {
      it('and keeps messages and acknowledgements when it is opened again', async () => {
        await on.topicOf(3);
        await on.send('a:1', 'b:1');
        const first = on.follow({ group: 'g' });
        await first.has('a:1', 'b:1');
        await on.send('a:2');
        await first.has('a:2');
        await first.consumer.stop();
        await on.send('a:3', 'c:1');
        await on.bus.close();
        await on.reopen();
        await on.topicOf(3);
        await on.send('a:4');
        const second = on.follow({ group: 'g' });
        await second.has('a:3', 'a:4', 'c:1');
        expect(second.handled.filter((value) => value.startsWith('a'))).toEqual(['a:3', 'a:4']);
        expect(second.handled).toHaveLength(3);
      });
    }
  });

  it('closes by stopping its consumers, and takes nothing afterwards', async () => {
    await on.topicOf(1);
    const gate = makeGate();
    let entered = false;
    const { handled } = on.follow({
      group: 'g',
      before: () => {
        entered = true;
        return gate.opened;
      },
    });
    await on.send('a:1');
    await eventually(() => entered, 'the delivery');
    const closing = on.bus.close();
    gate.open();
    await closing;
    await on.bus.close();
    expect(handled).toEqual(['a:1']);
    await expect(on.send('a:2')).rejects.toMatchObject({ code: 'message-bus.unavailable' });
  });
}
