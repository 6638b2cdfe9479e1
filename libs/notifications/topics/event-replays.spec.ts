import { auditEvent } from '@slipway/audit/contract';
import { type Delivery, replayTopic } from '@slipway/kernel';
import { settle } from '@slipway/kernel/testing';
import type { Effect } from '../../../test/walk/mortal-ports';
import { TopicSystem } from './topic-system.fixture';

let system: TopicSystem;
beforeEach(() => (system = new TopicSystem()));
afterEach(() => system.close());

const positionOf = ({ headers }: Delivery) => headers['ce_position'];
const typeOf = ({ headers }: Delivery) => headers['ce_type']?.slice('slipway.'.length);
const once = (got: readonly Delivery[]) => got.filter((one, at) => got.findIndex((other) => positionOf(other) === positionOf(one)) === at);
const told = (got: readonly Delivery[]) => got.map(({ value }) => JSON.parse(value) as unknown);
/** Its own end: earlier replays are part of the history. */
const ends = (slug: string) => (got: readonly Delivery[]) =>
  got.some((one) => one.key === `event-replay-${slug}` && ['EventReplayFinished', 'EventReplayCancelled'].includes(typeOf(one)!));
const replayed = (slug: string) => system.read(replayTopic(slug), ends(slug));
const isOver = async (slug: string) =>
  (await system.events.readStream(`event-replay-${slug}`)).length === 2 && (await checkpoints()).length === 0;
const checkpoints = async () => [...(await system.rows.checkpoints()).keys()].filter((name) => name.startsWith('event-replay-'));

describe('a replay of events', () => {
  it('gives a group that starts late the whole history up to its request in log order, and its end last', async () => {
    await system.start();
    await system.happened(['a', 'b', 'c'], 150);
    const before = await system.history();
    expect(before.length).toBeGreaterThan(400);
    await system.replay('late');
    await system.happened(['d']);
    const got = await replayed('late');
    expect(told(got.slice(0, -1))).toEqual(before.map(auditEvent));
    expect(typeOf(got.at(-1)!)).toBe('EventReplayFinished');
    expect(await checkpoints()).toEqual([]);
  });

  it('gives only what was asked for: a range, a stream, a filter', async () => {
    await system.start();
    const from = (await system.happened(['a', 'b'], 2)) - 2n;
    const to = await system.happened(['c'], 3);
    await system.happened(['e']);
    await system.replay('range', { from: String(from), to: String(to) });
    await system.replay('stream', { stream: 'environment-c' });
    await system.replay('types', { filter: { types: ['EnvironmentCreated'], environments: ['b', 'c'] } });
    const within = (await system.history()).filter(({ position }) => position >= from && position <= to);
    expect(told((await replayed('range')).slice(0, -1))).toEqual(within.map(auditEvent));
    expect((await replayed('stream')).slice(0, -1).map(({ key }) => key)).toEqual(Array(4).fill('environment-c'));
    expect((await replayed('types')).map(({ key }) => key)).toEqual(['environment-b', 'environment-c', 'event-replay-types']);
  });

  it('of nothing tells its end', async () => {
    await system.start();
    await system.replay('nothing');
    expect((await replayed('nothing')).map(typeOf)).toEqual(['EventReplayFinished']);
  });

  it('that is cancelled ends with that', async () => {
    await system.happened(['a', 'b'], 500);
    await system.start();
    let asked: Promise<unknown> | undefined;
    system.after = (effect) => {
      if (effect === 'publish' && system.hasTopic(replayTopic('long'))) asked ??= system.cancel('long');
    };
    await system.replay('long');
    const got = await replayed('long');
    await asked;
    expect(got.map(typeOf).filter((type) => type?.startsWith('EventReplay'))).toEqual(['EventReplayCancelled']);
    expect(typeOf(got.at(-1)!)).toBe('EventReplayCancelled');
    expect(await checkpoints()).toEqual([]);
  });

  it('that was asked for and cancelled while nothing ran is none', async () => {
    await system.replay('unwanted');
    await system.cancel('unwanted');
    await system.start();
    await system.happened(['a']);
    await settle(20);
    expect(await checkpoints()).toEqual([]);
    await system.replay('wanted');
    expect((await replayed('wanted')).map(typeOf)).toEqual([
      'EventReplayRequested',
      'EventReplayCancelled',
      'EnvironmentCreated',
      'EventReplayFinished',
    ]);
  });

  it.each<Effect>(['append', 'publish', 'commit'])('goes on where it was, whichever %s its process dies after', async (deadly) => {
    await system.happened(['a', 'b', 'c'], 120);
    for (let number = 1, died = true; died; number += 1) {
      died = false;
      const slug = `${deadly}-${number}`;
      const known = await system.history();
      await system.start();
      let effects = 0;
      system.after = (effect, life) => {
        if (effect !== deadly || (effects += 1) !== number) return;
        died = true;
        life.kill();
      };
      // Its request may be stored although nobody hears of it.
      void system.replay(slug);
      while (!died && !(await isOver(slug))) await settle();
      system.after = () => undefined;
      await system.stop();
      await system.start();
      const got = await replayed(slug);
      expect(told(once(got).slice(0, -1))).toEqual(known.map(auditEvent));
      expect(typeOf(got.at(-1)!)).toBe('EventReplayFinished');
      await system.stop();
      expect(await checkpoints()).toEqual([]);
      expect(number).toBeLessThan(20);
    }
  });

  it('runs beside others, and each has its own', async () => {
    await system.start();
    await system.happened(['a'], 30);
    await Promise.all(['x', 'y', 'z'].map((slug) => system.replay(slug)));
    const got = await Promise.all(['x', 'y', 'z'].map(replayed));
    for (const one of got) expect(one.slice(0, 31).map(({ key }) => key)).toEqual(Array(31).fill('environment-a'));
    expect(got.map((one) => one.at(-1)?.key)).toEqual(['event-replay-x', 'event-replay-y', 'event-replay-z']);
  });
});
