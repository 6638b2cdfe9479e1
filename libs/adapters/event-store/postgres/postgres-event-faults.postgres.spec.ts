import { CHAIN_START, chainHash, EventCatalogue, Ids, isRetryable, type RecordedEvent, silentLog, Streams } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { count, counterDecider, type Counted } from '@slipway/kernel/testing/counter-streams';
import { Client } from 'pg';
import { OwnServer } from '../../postgres/own-server.fixture';
import { SystemClock } from '../../runtime/system-clock';
import { SystemRandom } from '../../runtime/system-random';
import { PostgresEventStore } from './postgres-event-store';

const STREAMS = ['counter-a', 'counter-b', 'counter-c'];
const LANES = 6;

describe('a log in PostgreSQL', () => {
  let server: OwnServer;
  let busy: BusyProcess[];
  beforeAll(async () => {
    server = await OwnServer.started();
  });
  afterAll(() => server.remove());
  beforeEach(() => {
    busy = [new BusyProcess(server.url), new BusyProcess(server.url)];
  });
  afterEach(() => Promise.all(busy.map((process) => process.close())));

  const allGoOn = async () => {
    const before = busy.map((process) => ({ counted: process.counted.size, checkpoint: process.checkpoint }));
    const goneOn = () =>
      busy.every(({ counted, checkpoint }, i) => counted.size > before[i]!.counted + LANES && checkpoint > before[i]!.checkpoint);
    await eventually(goneOn, 'both processes to count and to follow');
  };

  /** Every command took effect once, those that were not answered in the end at most once; chains hold; who followed saw it all, once and in order. */
  const check = async () => {
    await Promise.all(busy.map((process) => process.stopCounting()));
    const { store } = busy[0]!;
    const head = await store.head();
    await eventually(() => busy.every(({ checkpoint }) => checkpoint >= head), `both processes to follow to position ${head}`);
    const all: RecordedEvent[] = [];
    for (const stream of STREAMS) {
      const events = await store.readStream(stream, { limit: 1_000_000 });
      let hash = CHAIN_START;
      for (const [version, event] of events.entries()) {
        hash = chainHash(hash, stream, version, event);
        expect(event).toMatchObject({ version, metadata: { hash } });
      }
      all.push(...events);
    }
    const commands = all.map(({ metadata }) => metadata.commandId);
    expect(new Set(commands).size).toBe(commands.length);
    expect(commands).toEqual(expect.arrayContaining(busy.flatMap(({ counted }) => [...counted])));
    const inOrder = all.toSorted((a, b) => (a.position < b.position ? -1 : 1)).map(({ id }) => id);
    for (const { followed } of busy) expect(followed).toEqual(inOrder);
  };

  it('waits for a server that is away when a process starts, and makes its tables then', async () => {
    await server.kill();
    const { store } = busy[0]!;
    const events = [{ id: 'first', type: 'Counted', data: { by: 1 }, metadata: { ...count('c').meta, at: '', command: 'Count' } }];
    for (const call of [() => store.logId(), () => store.head(), () => store.readStream('s'), () => store.append('s', 'none', events)]) {
      await expect(call()).rejects.toMatchObject({ code: 'event-store.unavailable', retryable: true });
    }
    busy.forEach((process) => process.follow());
    await server.restart();
    busy.forEach((process) => process.count());
    await allGoOn();
    await check();
  });

  it('that is killed and started again under load loses nothing acknowledged and does nothing twice', async () => {
    busy.forEach((process) => process.follow().count());
    for (let kill = 0; kill < 2; kill += 1) {
      await allGoOn();
      await server.kill();
      await server.restart();
    }
    await allGoOn();
    await check();
  });

  it('whose connections an operator ends, again and again, loses nothing and does nothing twice', async () => {
    const operator = new Client({ connectionString: server.url });
    await operator.connect();
    busy.forEach((process) => process.follow().count());
    for (let round = 0; round < 8; round += 1) {
      await operator.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
      await allGoOn();
    }
    await operator.end();
    await check();
  });
});

/** What a process does with the log: commands that are repeated until they are answered, and a subscription. */
class BusyProcess {
  readonly store: PostgresEventStore;
  /** Commands that were answered. */
  readonly counted = new Set<string>();
  /** Ids of what the subscription gave. */
  readonly followed: string[] = [];
  checkpoint = 0n;
  private readonly clock = new SystemClock();
  private readonly ids = new Ids(this.clock, new SystemRandom());
  private readonly streams: Streams;
  private readonly stop = new AbortController();
  private counting = false;
  private working: Promise<unknown>[] = [];
  private following: Promise<void> = Promise.resolve();

  constructor(url: string) {
    const on = { clock: this.clock, ids: this.ids, random: new SystemRandom() };
    this.store = new PostgresEventStore({ ...on, url, log: silentLog });
    this.streams = new Streams({
      ...on,
      store: this.store,
      catalogue: new EventCatalogue([{ entries: { Counted: { sample: { by: 1 } } } }]),
    });
  }

  follow(): this {
    this.following = (async () => {
      for await (const batch of this.store.subscribe({ after: 0n, signal: this.stop.signal })) {
        this.followed.push(...batch.events.map(({ id }) => id));
        this.checkpoint = batch.checkpoint;
      }
    })();
    return this;
  }

  count(): this {
    this.counting = true;
    this.working = Array.from({ length: LANES }, (_, lane) => this.countOn(STREAMS[lane % STREAMS.length]!));
    return this;
  }

  async stopCounting(): Promise<void> {
    this.counting = false;
    await Promise.all(this.working);
  }

  async close(): Promise<void> {
    await this.stopCounting();
    this.stop.abort();
    await this.following;
    await this.store.close();
  }

  private async countOn(stream: string): Promise<void> {
    while (this.counting) {
      const command = count(this.ids.next());
      while (!this.counted.has(command.meta.commandId)) {
        try {
          await this.streams.handle<typeof command, { total: number }, Counted>(counterDecider, stream, command, 'any');
          this.counted.add(command.meta.commandId);
        } catch (error) {
          if (!isRetryable(error)) throw error;
          await this.clock.sleep(20);
        }
      }
    }
  }
}
