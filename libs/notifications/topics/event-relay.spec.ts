import { auditEvent } from '@slipway/audit/contract';
import { type Delivery, MAX_MESSAGE_BYTES, TOPICS } from '@slipway/kernel';
import { settle } from '@slipway/kernel/testing';
import type { Effect } from '../../../test/walk/mortal-ports';
import { eventMessage } from '../messages/event-message';
import { TopicSystem } from './topic-system.fixture';

let system: TopicSystem;
beforeEach(() => (system = new TopicSystem()));
afterEach(() => system.close());

const all = (count: number) => (got: readonly Delivery[]) => new Set(got.map(positionOf)).size >= count;
const positionOf = ({ headers }: Delivery) => headers['ce_position'];
const told = (got: readonly Delivery[]) => got.map(({ value }) => JSON.parse(value) as unknown);
/** The first delivery of each event: what comes again is a repeat. */
const once = (got: readonly Delivery[]) => got.filter((one, at) => got.findIndex((other) => positionOf(other) === positionOf(one)) === at);
const ofStream = (stream: string) => (one: { key?: string; stream?: string }) => (one.key ?? one.stream) === stream;

describe('the relay of events', () => {
  it('publishes each as a CloudEvent in binary mode: attributes as headers, the event as the audit shows it as value, its stream as key', async () => {
    await system.happened(['a']);
    await system.start();
    const [event] = await system.history();
    const [{ key, value, headers }] = (await system.read(TOPICS.events, all(1))) as [Delivery];
    expect({ key, value: JSON.parse(value) as unknown, headers }).toEqual({
      key: 'environment-a',
      value: auditEvent(event!),
      headers: {
        ce_specversion: '1.0',
        ce_id: event!.id,
        ce_type: 'slipway.EnvironmentCreated',
        ce_source: '/streams/environment-a',
        ce_time: event!.metadata.at,
        ce_position: String(event!.position),
        ce_streamversion: '0',
        ce_actor: 'ada',
        ce_correlationid: 'correlation',
        ce_causationid: 'request',
        'content-type': 'application/json',
      },
    });
  });

  it('publishes what happened before its first start and what happens later, all of it, in order per stream', async () => {
    await system.happened(['a', 'b', 'c'], 20);
    await system.start();
    await system.happened(['d', 'e'], 20);
    const history = await system.history();
    const got = await system.read(TOPICS.events, all(history.length));
    expect(got).toHaveLength(history.length);
    for (const stream of new Set(history.map((event) => event.stream))) {
      expect(told(got.filter(ofStream(stream)))).toEqual(history.filter(ofStream(stream)).map(auditEvent));
    }
  });

  it.each<Effect>(['publish', 'commit'])(
    'goes on where it was, whichever %s it dies after: nothing is missing, and what comes twice is a repeat',
    async (deadly) => {
      let effects = 0;
      system.after = (effect, life) => {
        if (effect !== deadly) return;
        effects += 1;
        if (effects % 2 === 1) life.kill();
      };
      for (let round = 0; round < 8; round += 1) {
        await system.happened([`r${round}`, `s${round}`], 3);
        await system.start();
        await system.happened([`t${round}`], 2);
        await system.clock.advance(500);
      }
      system.after = () => undefined;
      if (system.dead) await system.start();
      const history = await system.history();
      const got = await system.read(TOPICS.events, all(history.length));
      expect(effects).toBeGreaterThan(8);
      for (const stream of new Set(history.map((event) => event.stream))) {
        expect(told(once(got.filter(ofStream(stream))))).toEqual(history.filter(ofStream(stream)).map(auditEvent));
      }
    },
  );

  it('publishes at once what happens after a while, and together what happens soon after', async () => {
    const published: number[] = [];
    system.after = (effect) => {
      if (effect === 'publish') published.push(system.clock.now());
    };
    await system.start();
    const begin = system.clock.now();
    await system.happened(['a']);
    await settle();
    await system.happened(['b', 'c', 'd'], 10);
    await system.clock.advance(1_000);
    await system.happened(['e']);
    await settle();
    expect(published.map((at) => at - begin)).toEqual([0, 50, 1_000]);
  });

  it('publishes nothing while somebody else may hold its lease', async () => {
    await system.happened(['a']);
    let mine = false;
    await system.start(() => mine);
    await settle();
    expect(system.log.said).toMatchObject([{ level: 'warn', facts: { reason: expect.stringContaining('no longer holds the lease') } }]);
    mine = true;
    await system.clock.advance(1_000);
    expect(await system.read(TOPICS.events, all(1))).toHaveLength(1);
  });
});

describe('an event that is too large for a message', () => {
  it('goes without data, and says where HTTP has it', async () => {
    await system.happened(['a']);
    const [event] = await system.history();
    const large = { ...event!, data: { slug: 'a', description: 'é'.repeat(MAX_MESSAGE_BYTES / 2) } };
    const { value, headers } = eventMessage(large, TOPICS.events);
    expect(value).toBe('');
    expect(headers).toMatchObject({ ce_id: event!.id, ce_dataref: `/api/v1/audit/events?from=${event!.position}&limit=1` });
    expect(headers).not.toHaveProperty('content-type');
  });

  it('carries the trace that it belongs to, like any other', async () => {
    await system.happened(['a']);
    const [event] = await system.history();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const traced = { ...event!, metadata: { ...event!.metadata, traceparent } };
    expect(eventMessage(traced, TOPICS.events).headers).toMatchObject({ traceparent });
  });
});
