import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { MemoryMessageBus } from '@slipway/adapters/message-bus/memory/memory-message-bus';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { InfrastructureError } from '../errors';
import type { RecordedEvent } from '../event';
import { Ids } from '../ids';
import { silentMetrics } from '../ports/metrics';
import type { Delivery, Message } from '../ports/message-bus';
import { ManualClock, SeededRandom, settle } from '../testing';
import { RememberingTracing } from '../testing/remembering-tracing';
import { SubscriptionFixture } from '../testing/subscription-fixture';
import { ObservedEventStore } from './observed-event-store';
import { ObservedMessageBus } from './observed-message-bus';
import { observedRelay } from './observed-relay';
import { subscriptionLags } from './subscription-lag';
import { silentTelemetry, Telemetry } from './telemetry';
import { followWork, within, workAtHand, type WorkAtHand } from './work-at-hand';
import { SubscriptionHub } from '../subscriptions/subscription-hub';

const GIVEN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('telemetry', () => {
  const delays: number[] = [];
  const metrics = { ...silentMetrics, relayed: (_relay: string, seconds: number) => void delays.push(seconds) };
  let tracing: RememberingTracing;
  let telemetry: Telemetry;
  let clock: ManualClock;
  let store: MemoryEventStore;
  let bus: MemoryMessageBus;
  let rows: SqliteReadStore;

  beforeAll(followWork);
  beforeEach(async () => {
    delays.length = 0;
    tracing = new RememberingTracing();
    telemetry = new Telemetry(metrics, tracing);
    clock = new ManualClock();
    store = new MemoryEventStore(clock, new Ids(clock, new SeededRandom(1)));
    rows = new SqliteReadStore(':memory:');
    bus = new MemoryMessageBus({ clock });
    await bus.ensureTopics([{ name: 't', partitions: 1 }]);
  });
  afterEach(async () => {
    for (const part of [bus, rows, store]) await part.close();
  });

  const told = () => tracing.spans.map(({ name, below, state }) => [name, below, state]);
  const fixture = () => new SubscriptionFixture(store, rows, clock);
  const append = (correlationId: string, traceparent: string | undefined, on = store as MemoryEventStore | ObservedEventStore) => {
    const why = { actor: 'ada', at: clock.timestamp(), command: 'Test', commandId: 'c', correlationId, causationId: 'request' };
    const metadata = traceparent === undefined ? why : { ...why, traceparent };
    return on.append('s-1', 'any', [{ id: `event-${correlationId}`, type: 'Counted', data: {}, metadata }]);
  };

  describe('a span', () => {
    it('hangs below the work at hand; where there is none, below what it is given', async () => {
      await telemetry.span('outer', { kind: 'server', traceparent: GIVEN, correlationId: 'walk' }, async (outer) => {
        expect(workAtHand()).toEqual({ correlationId: 'walk', traceparent: outer.traceparent });
        await telemetry.span('inner', { kind: 'client', traceparent: GIVEN }, async (inner) => {
          expect(workAtHand()).toEqual({ correlationId: 'walk', traceparent: inner.traceparent });
        });
      });
      expect(told()).toEqual([
        ['outer', GIVEN, 'ended'],
        ['inner', tracing.spans[0]!.traceparent, 'ended'],
      ]);
      expect(workAtHand()).toEqual({});
    });

    it('ends with the error of its work, which goes on to who asked', async () => {
      const away = new InfrastructureError('event-store.unavailable', 'away', true);
      await expect(telemetry.span('fails', { kind: 'internal' }, () => Promise.reject(away))).rejects.toBe(away);
      expect(told()).toEqual([['fails', undefined, 'event-store.unavailable']]);
    });

    it('is nothing where nobody traces, and a trace context that was given goes on as it is', async () => {
      const seen = await silentTelemetry.span('quiet', { kind: 'server', traceparent: GIVEN }, async ({ traceparent }) => ({
        traceparent,
        ...workAtHand(),
      }));
      expect(seen).toEqual({ traceparent: GIVEN });
    });
  });

  describe('the event store', () => {
    it('is asked to append below the work at hand', async () => {
      await within({ traceparent: GIVEN }, () => append('walk', GIVEN, new ObservedEventStore(store, telemetry)));
      expect(told()).toEqual([['append', GIVEN, 'ended']]);
      expect(tracing.spans[0]!.attributes).toEqual({ 'slipway.stream': 's-1', 'slipway.events': 1 });
    });
  });

  describe('the message bus', () => {
    it('tells whoever handles a message what it belongs to, and forgets it again', async () => {
      const observed = new ObservedMessageBus(bus, telemetry);
      const seen: WorkAtHand[] = [];
      const consumer = observed.consume({ topics: ['t'], group: 'g', handle: async () => void seen.push(workAtHand()) });
      const message: Message = { topic: 't', key: 'k', value: '{}' };
      await within({ correlationId: 'walk', traceparent: GIVEN }, () => observed.publish([message]));
      await within({ correlationId: 'other' }, () => observed.publish([{ ...message, headers: { 'correlation-id': 'own' } }]));
      await observed.publish([message, { ...message, headers: { traceparent: 'nonsense' } }]);
      await settle();
      expect(seen).toEqual([{ correlationId: 'walk', traceparent: GIVEN }, { correlationId: 'own' }, {}, {}]);
      expect(observed.lags()).toEqual([{ topic: 't', group: 'g', messages: 0 }]);
      await consumer.stop();
      expect(observed.lags()).toEqual([]);
    });
  });

  describe('a relay', () => {
    const started = async (say: (event: RecordedEvent) => Promise<readonly Message[]>, on: Pick<MemoryMessageBus, 'publish'> = bus) => {
      const { ports } = fixture();
      const runner = observedRelay({ name: 'relay', startsAt: 'beginning', messages: say }, on, { ...ports, telemetry });
      await runner.start(new AbortController().signal);
      return runner;
    };

    it('publishes below a span of each event that says something, and tells how long it took', async () => {
      const got: Delivery[] = [];
      bus.consume({ topics: ['t'], group: 'g', handle: async (delivery) => void got.push(delivery) });
      await append('walk', GIVEN);
      await append('silence', GIVEN);
      await append('untraced', undefined);
      await clock.advance(1_500);
      const seen: WorkAtHand[] = [];
      const runner = await started(async ({ id, metadata }) => {
        seen.push(workAtHand());
        const say = (value: string): Message => ({ topic: 't', key: 'k', value });
        return metadata.correlationId === 'silence' ? [] : [say(`${id} one`), say(`${id} two`)];
      });
      await settle();
      expect(told()).toEqual([
        ['publish Counted', GIVEN, 'ended'],
        ['publish Counted', undefined, 'ended'],
      ]);
      const [traced, untraced] = tracing.spans.map(({ traceparent }) => traceparent);
      expect(got.map(({ headers }) => [headers['correlation-id'], headers['traceparent']])).toEqual([
        ['walk', traced],
        ['walk', traced],
        ['untraced', untraced],
        ['untraced', untraced],
      ]);
      expect(seen).toEqual(['walk', 'silence', 'untraced'].map((correlationId) => ({ correlationId, traceparent: correlationId === 'untraced' ? undefined : GIVEN }))); // prettier-ignore
      expect(delays).toEqual([1.5, 1.5, 1.5, 1.5]);
      await runner.stop();
    });

    it('ends the span with what the bus said, and begins another with the next try', async () => {
      let tries = 0;
      const publish = async (messages: readonly Message[]) => {
        tries += 1;
        if (tries === 1) throw new InfrastructureError('message-bus.unavailable', 'away', true);
        await bus.publish(messages);
      };
      await append('walk', GIVEN);
      const runner = await started(async () => [{ topic: 't', key: 'k', value: '{}' }], { publish });
      await settle();
      await clock.advance(1_000);
      expect(tracing.spans.map(({ state }) => state)).toEqual(['message-bus.unavailable', 'ended']);
      expect(delays).toHaveLength(1);
      await runner.stop();
    });
  });

  it('tells how far subscriptions are behind: by the age of their oldest event, and in events', async () => {
    const { ports } = fixture();
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    const messages = async () => {
      await opened;
      return [];
    };
    const slow = observedRelay({ name: 'slow', startsAt: 'beginning', messages }, bus, { ...ports, telemetry });
    const idle = observedRelay({ name: 'idle', startsAt: 'beginning', messages }, bus, { ...ports, telemetry });
    for (const correlationId of ['a', 'b', 'c']) {
      await append(correlationId, undefined);
      await clock.advance(1_000);
    }
    await slow.start(new AbortController().signal);
    const hub = new SubscriptionHub([slow, idle]);
    expect(await subscriptionLags(hub, store, clock)).toEqual([{ subscription: 'slow', seconds: 3, events: 3, parked: 0 }]);
    open();
    await settle();
    expect(await subscriptionLags(hub, store, clock)).toEqual([{ subscription: 'slow', seconds: 0, events: 0, parked: 0 }]);
    await slow.stop();
  });
});
