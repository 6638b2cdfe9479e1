import {
  DomainError,
  hashedId,
  Ids,
  InfrastructureError,
  type Message,
  type Reactor,
  ReactorRunner,
  type ReactorCommandMeta,
  type RecordedEvent,
  RelayRunner,
  SubscriptionHub,
} from '@slipway/kernel';
import { ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import { SubscriptionFixture, type Counted } from '@slipway/kernel/testing/subscription-fixture';
import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';

const WAIT = 3_600_000;
const away = new InfrastructureError('event-store.unavailable', 'the store is away', true);

/** Asks for as many commands as were counted. */
const reactor: Reactor = {
  name: 'when-counted-ask',
  startsAt: 'beginning',
  on: {
    Counted: (event: RecordedEvent<Counted>) =>
      Array.from({ length: event.data.by }, (_, n) => ({ name: 'Ask', data: { stream: event.stream, by: event.data.by, n } })),
  },
};

const ending = new AbortController();
let f: SubscriptionFixture;
let sent: { text: string; meta: ReactorCommandMeta }[];
/** What sending a command to a stream answers for now. */
let answers: Map<string, unknown>;
let hub: SubscriptionHub;

beforeEach(() => {
  const clock = new ManualClock();
  f = new SubscriptionFixture(new MemoryEventStore(clock, new Ids(clock, new SeededRandom(1))), new SqliteReadStore(':memory:'), clock);
  sent = [];
  answers = new Map();
  hub = new SubscriptionHub();
});
afterEach(async () => {
  await stopAll();
  await f.readStore.close();
});

const startAll = () => Promise.all(hub.all().map((one) => one.start(ending.signal)));
const stopAll = () => Promise.all(hub.all().map((one) => one.stop()));

/** Sends by noting down; refuses as `answers` says. */
const send = async (command: { data: object }, meta: ReactorCommandMeta) => {
  const { stream, by, n } = command.data as { stream: string; by: number; n: number };
  if (answers.has(stream)) throw answers.get(stream);
  await settle(1);
  sent.push({ text: `${stream}:${by}.${n}`, meta });
};
const texts = () => sent.map(({ text }) => text).join(' ');

async function run(asked: Reactor = reactor): Promise<ReactorRunner> {
  hub = new SubscriptionHub();
  const runner = new ReactorRunner(asked, send, f.ports);
  hub.add(runner);
  await startAll();
  return runner;
}

/** Lets virtual time pass until the runner got there. */
async function reaches(name: string, position: bigint): Promise<void> {
  for (let turn = 0; turn < 500 && hub.get(name).status().position < position; turn += 1) await f.clock.advance(50);
  expect(await hub.get(name).waitFor(position, WAIT)).toBe(true);
}

describe('a reactor', () => {
  it('sends its commands one after another, each with an identity derived from the event', async () => {
    await f.append('a', 2, 'Other');
    await run();
    await reaches(reactor.name, await f.append('b', 1));
    expect(texts()).toBe('a:2.0 a:2.1 b:1.0');
    expect(sent[1]?.meta).toEqual({
      commandId: hashedId('when-counted-ask', 'event-1', 1),
      actor: 'slipway/when-counted-ask',
      correlationId: 'correlation-1',
      causationId: 'event-1',
    });
    expect(new Set(sent.map(({ meta }) => meta.commandId)).size).toBe(3);
  });

  it('goes on from its checkpoint, and sends the very same again where it was not saved', async () => {
    await f.append('a', 1);
    const runner = await run();
    await reaches(reactor.name, 1n);
    await runner.stop();
    await f.append('a', 3);
    await run();
    await reaches(reactor.name, 2n);
    expect(texts()).toBe('a:1.0 a:3.0 a:3.1 a:3.2');
  });

  it('saves its checkpoint when it is stopped in the middle of a batch', async () => {
    await f.append('a', 1);
    await f.append('blocked', 1);
    answers.set('blocked', away);
    const runner = await run();
    for (let turn = 0; turn < 100 && runner.status().state !== 'retrying'; turn += 1) await settle(1);
    await runner.stop();
    expect((await f.readStore.checkpoint(reactor.name))?.position).toBe(1n);
  });

  it.each<['beginning' | 'head', string]>([
    ['beginning', 'a:1.0 a:2.0 a:2.1'],
    ['head', 'a:2.0 a:2.1'],
  ])('without a checkpoint starts at the %s', async (startsAt, expected) => {
    await f.append('a', 1);
    const first = await run({ ...reactor, startsAt });
    await first.stop();
    // What happens between its first start and the next belongs to it, wherever it started.
    await f.append('a', 2);
    await run({ ...reactor, startsAt });
    await reaches(reactor.name, 2n);
    expect(texts()).toBe(expected);
  });

  it('refuses a checkpoint of another log', async () => {
    await f.readStore.commit(reactor.name, undefined, { logId: 'another', position: 1n }, []);
    await expect(run()).rejects.toMatchObject({ code: 'projection.checkpoint-foreign' });
  });

  it('takes a refusal as an answer', async () => {
    answers.set('a', new DomainError('conflict', 'lane.busy', 'The lane is busy'));
    await f.append('a', 1);
    const runner = await run();
    await reaches(reactor.name, await f.append('b', 1));
    expect([texts(), runner.status().parked]).toEqual(['b:1.0', 0]);
    expect(f.log.said.filter(({ level }) => level === 'debug').map(({ facts }) => facts?.code)).toEqual(['lane.busy']);
  });

  it('handles what has different order keys side by side, and what has the same in order; its checkpoint passes nothing that is undone', async () => {
    answers.set('b', away);
    const first = await f.append('a', 1);
    const last = (await f.append('b', 1, 2), await f.append('a', 2));
    await run({ ...reactor, orderKey: ({ stream }) => stream });
    await settle();
    expect(texts()).toBe('a:1.0 a:2.0 a:2.1');
    await stopAll();
    expect((await f.readStore.checkpoint(reactor.name))?.position).toBe(first);
    answers.clear();
    expect(await (await run()).waitFor(last, WAIT)).toBe(true);
    expect(texts()).toBe('a:1.0 a:2.0 a:2.1 b:1.0 b:2.0 b:2.1 a:2.0 a:2.1');
  });

  it('waits for a store that is away, without limit and in order', async () => {
    answers.set('a', away);
    const runner = await run();
    await f.append('a', 1);
    const last = await f.append('b', 1);
    await f.clock.advance(3_600_000);
    expect(texts()).toBe('');
    expect(runner.status()).toMatchObject({
      state: 'retrying',
      caughtUp: false,
      parked: 0,
      error: { code: 'event-store.unavailable', event: { stream: 'a' } },
    });
    answers.clear();
    await reaches(reactor.name, last);
    expect([texts(), runner.status().error]).toEqual(['a:1.0 b:1.0', undefined]);
  });

  describe('with an event that it cannot handle', () => {
    let runner: ReactorRunner;
    beforeEach(async () => {
      answers.set('bad', new Error('no such plan'));
      runner = await run();
      await f.append('bad', 1);
      await f.append('good', 1);
      await f.append('bad', 2);
      await reaches(reactor.name, await f.append('good', 2));
    });

    it('parks it with the later ones of its stream, and lets the others go on', async () => {
      expect(texts()).toBe('good:1.0 good:2.0 good:2.1');
      expect(runner.status()).toMatchObject({ state: 'running', parked: 2 });
      expect((await runner.parked()).map(({ position, stream, eventId, reason }) => [position, stream, eventId, reason])).toEqual([
        [1n, 'bad', 'event-1', 'no such plan'],
        [3n, 'bad', 'event-3', 'stands behind a parked event of its stream'],
      ]);
    });

    it('still parks the stream after a restart', async () => {
      await runner.stop();
      answers.clear();
      runner = await run();
      await reaches(reactor.name, await f.append('bad', 3));
      expect([texts(), runner.status().parked]).toEqual(['good:1.0 good:2.0 good:2.1', 3]);
    });

    it('replays them in order, and then goes on with the stream', async () => {
      answers.clear();
      expect(await runner.replayParked()).toEqual({ handled: 2, left: 0 });
      await reaches(reactor.name, await f.append('bad', 1));
      expect(texts()).toBe('good:1.0 good:2.0 good:2.1 bad:1.0 bad:2.0 bad:2.1 bad:1.0');
      expect([await runner.parked(), runner.status().parked]).toEqual([[], 0]);
    });

    it('keeps them parked with the new reason when the replay fails', async () => {
      answers.set('bad', new Error('still no plan'));
      expect(await runner.replayParked()).toEqual({ handled: 0, left: 2 });
      expect((await runner.parked()).map(({ reason }) => reason)).toEqual(['still no plan', 'stands behind a parked event of its stream']);
      answers.set('bad', away);
      await expect(runner.replayParked()).rejects.toBe(away);
      expect(runner.status().parked).toBe(2);
    });
  });

  it('parks an event that its code does not know', async () => {
    await f.append('a', 'FromTheFuture');
    const runner = await run();
    await reaches(reactor.name, await f.append('b', 1));
    expect([texts(), (await runner.parked()).map(({ reason }) => reason.includes('FromTheFuture'))]).toEqual(['b:1.0', [true]]);
  });
});

describe('a relay', () => {
  let published: string[];
  let calls: number;
  const bus = {
    publish: async (messages: readonly Message[]) => {
      calls += 1;
      await settle(1);
      for (const { key } of messages) if (answers.has(key)) throw answers.get(key);
      published.push(...messages.map(({ key, value }) => `${key}:${value}`));
    },
  };
  const messages = (event: RecordedEvent): Promise<Message[]> =>
    Promise.resolve(
      event.type === 'Counted' ? [{ topic: 'events', key: event.stream, value: String((event as RecordedEvent<Counted>).data.by) }] : [],
    );

  const relay = async () => {
    published = [];
    calls = 0;
    hub = new SubscriptionHub([new RelayRunner({ name: 'events-relay', startsAt: 'beginning', messages }, bus, f.ports)]);
    await startAll();
  };

  it('publishes the messages of a batch in one go and in log order, before its checkpoint is saved', async () => {
    await f.append('a', 1, 2, 'Other');
    await relayAfter('b', 3);
    expect([published, calls]).toEqual([['a:1', 'a:2', 'b:3'], 1]);
  });

  it('waits for a bus that is away, and saves no checkpoint meanwhile', async () => {
    answers.set('a', new InfrastructureError('message-bus.unavailable', 'no broker', true));
    const last = await f.append('a', 1);
    await relay();
    await f.clock.advance(60_000);
    expect(hub.statuses()).toMatchObject([{ kind: 'relay', state: 'retrying', position: 0n }]);
    answers.clear();
    await reaches('events-relay', last);
    expect(published).toEqual(['a:1']);
  });

  it('parks what the bus refuses for good, with the later ones of its stream, and publishes the rest', async () => {
    answers.set('huge', new InfrastructureError('message-bus.too-large', 'too large', false));
    await f.append('a', 1);
    await f.append('huge', 2, 3);
    await relayAfter('a', 4);
    expect(published).toEqual(['a:1', 'a:4']);
    expect(hub.statuses()[0]?.parked).toBe(2);
  });

  async function relayAfter(stream: string, by: number): Promise<void> {
    const last = await f.append(stream, by);
    await relay();
    await reaches('events-relay', last);
  }
});

describe('the subscriptions of a process', () => {
  it('have names of their own', () => {
    const one = new ReactorRunner(reactor, send, f.ports);
    expect(() => new SubscriptionHub([one, new ReactorRunner(reactor, send, f.ports)])).toThrow(
      'two subscriptions are named when-counted-ask',
    );
    expect(() => new SubscriptionHub([one]).get('nobody')).toThrow('nobody');
  });

  it('end with the signal they were started with', async () => {
    const stopping = new AbortController();
    hub = new SubscriptionHub([new ReactorRunner(reactor, send, f.ports)]);
    await hub.all()[0]?.start(stopping.signal);
    stopping.abort();
    await stopAll();
    expect(hub.statuses()[0]?.state).toBe('stopped');
  });
});
