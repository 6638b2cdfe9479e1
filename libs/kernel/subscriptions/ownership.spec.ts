import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { MemoryLeases } from '@slipway/adapters/leases/memory/memory-leases';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import {
  Checkpoints,
  Ids,
  InfrastructureError,
  type Lease,
  Ownership,
  ownedSubscriptions,
  ReactorRunner,
  SubscriptionHub,
  type WantedLease,
} from '@slipway/kernel';
import { ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import { SubscriptionFixture } from '@slipway/kernel/testing/subscription-fixture';
import { belongsTo } from './rendezvous';

const NAMES = Array.from({ length: 12 }, (_, number) => `reactor-${number}`);

/** Leases that can be out of reach, for everybody or for one. */
class DistantLeases extends MemoryLeases {
  override readonly shared = true;
  away = false;
  /** Whose questions are never answered: a process that hangs asks none, and is seen as this. */
  silentTo: string | undefined;

  /** How long it takes until a question arrives, milliseconds. */
  slow = 0;

  constructor(private readonly time: ManualClock) {
    super(time);
  }

  override async hold(holder: string, wanted: readonly WantedLease[], forMs: number): Promise<ReadonlySet<string>> {
    if (this.slow > 0) await this.time.sleep(this.slow);
    if (this.silentTo === holder) return new Promise(() => undefined);
    return super.hold(holder, wanted, forMs);
  }

  override async current(): Promise<readonly Lease[]> {
    if (this.away) throw new InfrastructureError('leases.unavailable', 'away', true);
    return super.current();
  }
}

/** A process with twelve subscriptions, over stores and leases that it shares with others. */
class Process {
  readonly hub = new SubscriptionHub();
  readonly ownership: Ownership;
  readonly handled: string[] = [];
  readonly checkpoints: Checkpoints;
  /** What handling an event takes, by reactor; nothing where there is none. */
  readonly takes = new Map<string, Promise<void>>();

  constructor(
    readonly holder: string,
    f: SubscriptionFixture,
    leases: MemoryLeases,
    names: readonly string[] = NAMES,
    clock = f.ports.clock,
  ) {
    for (const name of names) {
      const reactor = { name, startsAt: 'beginning' as const, on: { Counted: () => [{ name: 'Note', data: {} }] } };
      const send = async (_: unknown, { causationId }: { causationId: string }) => {
        await this.takes.get(name);
        this.handled.push(`${name} ${causationId}`);
      };
      this.hub.add(new ReactorRunner(reactor, send, f.ports));
    }
    const { log } = f.ports;
    this.ownership = new Ownership({ hub: this.hub, leases, holder, clock, log });
    this.checkpoints = new Checkpoints(this.hub, f.readStore, clock);
  }

  get runs(): string[] {
    return this.hub.all().flatMap(({ name, active }) => (active ? [name] : []));
  }
}

describe('subscriptions that several processes could run', () => {
  const clock = new ManualClock();
  let f: SubscriptionFixture;
  let leases: DistantLeases;
  let processes: Process[];

  beforeEach(() => {
    const store = new MemoryEventStore(clock, new Ids(clock, new SeededRandom(1)));
    f = new SubscriptionFixture(store, new SqliteReadStore(':memory:'), clock);
    leases = new DistantLeases(clock);
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map(stop));
    await f.readStore.close();
  });

  async function start(holder: string, names?: readonly string[]): Promise<Process> {
    const process = new Process(holder, f, leases, names);
    processes.push(process);
    const started = process.ownership.start();
    await settle(20);
    await started;
    return process;
  }

  async function stop(process: Process): Promise<void> {
    let over = false;
    const stopped = process.ownership.stop().finally(() => (over = true));
    while (!over) await clock.advance(100);
    await stopped;
  }

  const all = () => processes.flatMap((one) => one.runs).sort();

  it('all run in the one that there is, at once', async () => {
    const one = await start('one');
    expect(one.runs).toEqual(NAMES);
    expect(ownedSubscriptions(await leases.current(), one.hub)).toEqual(
      [...NAMES].sort().map((name) => expect.objectContaining({ name, owner: 'one', state: 'running' })),
    );
  });

  it('are shared out, each to one, when a second comes; and come back when it goes', async () => {
    const one = await start('one');
    const two = await start('two');
    await clock.advance(3_000);
    expect(all()).toEqual([...NAMES].sort());
    expect(two.runs.length).toBeGreaterThan(1);
    expect(one.runs.length).toBeGreaterThan(1);
    await stop(two);
    await clock.advance(1_000);
    expect(one.runs).toEqual(NAMES);
  });

  it('change hands within moments, and do not wait for one that takes long to stop', async () => {
    const one = await start('one');
    const two = await start('two');
    await clock.advance(3_000);
    const share = two.runs;
    const [slow] = share;
    let finish = () => {};
    two.takes.set(slow!, new Promise((resolve) => (finish = resolve)));
    await f.append('a', 1);
    await settle(20);
    const stopped = two.ownership.stop();
    await clock.advance(300);
    expect(one.runs).toEqual(NAMES.filter((name) => name !== slow));
    finish();
    await clock.advance(300);
    await stopped;
    expect(one.runs).toEqual(NAMES);
    expect([...one.handled, ...two.handled].toSorted()).toEqual([...new Set([...one.handled, ...two.handled])].toSorted());
  });

  it('are taken over from one that died, once its leases ran out, and what happened meanwhile is handled', async () => {
    const one = await start('one');
    const two = await start('two');
    await clock.advance(3_000);
    const share = two.runs;
    const position = await f.append('a', 1);
    leases.silentTo = 'two';
    await clock.advance(9_000);
    expect(one.runs).not.toEqual(expect.arrayContaining(share));
    await clock.advance(3_000);
    expect(one.runs).toEqual(NAMES);
    for (const name of NAMES) expect((await f.readStore.checkpoint(name))?.position).toBe(position);
  });

  it('are not acted for by one whose leases could not be renewed in time', async () => {
    const one = await start('one');
    leases.away = true;
    await clock.advance(8_000);
    expect(one.runs).toEqual(NAMES);
    await clock.advance(4_000);
    expect(one.runs).toEqual([]);
    leases.away = false;
    await clock.advance(2_000);
    expect(one.runs).toEqual(NAMES);
  });

  it('are renewed in time by one whose clock was set back, by a minute say: leases go by the clock of their store', async () => {
    const own = new ManualClock();
    const one = new Process('one', f, leases, NAMES, own);
    processes.push(one);
    await one.ownership.start();
    own.jump(-60_000);
    for (let passed = 0; passed < 12_000; passed += 200) {
      await own.advance(200);
      await clock.advance(200);
      expect((await leases.current()).map(({ name }) => name)).toEqual(expect.arrayContaining([...NAMES, 'processor/one']));
    }
  });

  it('are left to those that can run them', async () => {
    await start('old', NAMES.slice(0, 6));
    const next = await start('new', NAMES.slice(3));
    await clock.advance(3_000);
    expect(next.runs).toEqual(expect.arrayContaining(NAMES.slice(6)));
    expect(all()).toEqual([...NAMES].sort());
  });

  it('are waited for wherever they run', async () => {
    const one = await start('one');
    const two = await start('two');
    await clock.advance(3_000);
    const position = await f.append('a', 1);
    for (const name of [...one.runs, ...two.runs]) {
      const waits = [one, two].map(({ checkpoints }) => checkpoints.waitFor(name, position, 1_000));
      await clock.advance(200);
      expect(await Promise.all(waits)).toEqual([true, true]);
    }
    const late = one.checkpoints.waitFor(two.runs[0]!, position + 1n, 500);
    await clock.advance(700);
    expect(await late).toBe(false);
  });

  it('are waited for also when they go to another process meanwhile', async () => {
    const one = await start('one');
    const two = await start('two');
    await clock.advance(3_000);
    const [name] = two.runs;
    const wait = two.checkpoints.waitFor(name!, 1n, 60_000);
    await stop(two);
    await clock.advance(3_000);
    expect(one.runs).toContain(name);
    await f.append('a', 1);
    await clock.advance(1_000);
    expect(await wait).toBe(true);
  });

  it('are not taken again behind the farewell of a process that stops', async () => {
    const one = await start('one');
    leases.slow = 500;
    await clock.advance(1_050);
    await stop(one);
    leases.slow = 0;
    await clock.advance(1_000);
    expect(await leases.current()).toEqual([]);
  });

  it('stop together when one of them refuses to start', async () => {
    await f.readStore.commit('reactor-3', undefined, { logId: 'another', position: 1n }, []);
    const process = new Process('one', f, leases);
    const started = process.ownership.start();
    started.catch(() => undefined);
    await clock.advance(1_000);
    await expect(started).rejects.toMatchObject({ code: 'projection.checkpoint-foreign' });
    expect(process.runs).toEqual([]);
    expect(await leases.current()).toEqual([]);
  });
});

describe('who a thing belongs to', () => {
  it('everybody finds alike, and little moves when one goes', () => {
    const things = Array.from({ length: 300 }, (_, number) => `thing-${number}`);
    const of = (candidates: readonly string[]) => things.map((thing) => belongsTo(thing, candidates));
    const three = of(['a', 'b', 'c']);
    expect(of(['c', 'a', 'b'])).toEqual(three);
    for (const name of ['a', 'b', 'c']) expect(three.filter((one) => one === name).length).toBeGreaterThan(60);
    const two = of(['a', 'c']);
    expect(two.filter((one, place) => one !== three[place])).toHaveLength(three.filter((one) => one === 'b').length);
    expect(belongsTo('thing', [])).toBeUndefined();
  });
});
