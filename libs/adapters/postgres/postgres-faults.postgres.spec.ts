import { BEGINNING, CheckpointMoved, isRetryable, silentLog } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { all, attempt, chunks } from '@slipway/kernel/testing/log-store.fixture';
import { at, reading, READINGS, SAMPLES } from '@slipway/kernel/testing/read-store.fixture';
import { PostgresLeases } from '../leases/postgres/postgres-leases';
import { PostgresLogStore } from '../log-store/postgres/postgres-log-store';
import { PostgresReadStore } from '../read-store/postgres/postgres-read-store';
import { SystemClock } from '../runtime/system-clock';
import { SystemRandom } from '../runtime/system-random';
import { OwnServer } from './own-server.fixture';
import { PostgresPool } from './postgres-pool';

describe('what is kept in PostgreSQL', () => {
  let server: OwnServer;
  let busy: Busy;
  beforeAll(async () => {
    server = await OwnServer.started();
  });
  afterAll(() => server.remove());

  beforeEach(() => {
    busy = new Busy(server.url);
  });
  afterEach(() => busy.close());

  it('waits for a server that is away when a process starts', async () => {
    await server.kill();
    const first = { read: busy.rows.prepare(SAMPLES), logs: busy.logs.append(attempt(), chunks(1, 1)), leases: busy.leases.current() };
    await expect(first.read).rejects.toMatchObject({ code: 'read-store.unavailable', retryable: true });
    await expect(first.logs).rejects.toMatchObject({ code: 'log-store.unavailable', retryable: true });
    await expect(first.leases).rejects.toMatchObject({ code: 'leases.unavailable', retryable: true });
    await server.restart();
    await busy.start();
    await busy.goneOn();
  });

  it('survives a server that is killed and started again under load, all that was acknowledged', async () => {
    await busy.start();
    for (let kill = 0; kill < 2; kill += 1) {
      await busy.goneOn();
      await server.kill();
      await busy.failed();
      await server.restart();
    }
    await busy.goneOn();
    await busy.check();
  });

  it('survives connections that an operator ends, again and again', async () => {
    const user = { code: 'read-store', name: 'the operator' } as const;
    const operator = new PostgresPool({ ...busy.options, user });
    await busy.start();
    for (let round = 0; round < 10; round += 1) {
      await operator.query({ text: 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()' });
      await busy.goneOn();
    }
    await operator.close();
    await busy.check();
  });
});

/** A process that writes rows, output and leases without pause, and remembers what was acknowledged. */
class Busy {
  readonly options: { url: string; clock: SystemClock; random: SystemRandom; log: typeof silentLog };
  readonly rows: PostgresReadStore;
  readonly logs: PostgresLogStore;
  readonly leases: PostgresLeases;
  private readonly done = { rows: 0, logs: 0, leases: 0, failures: 0 };
  private readonly step = `step ${Buffer.from(new SystemRandom().bytes(6)).toString('hex')}`;
  /** The last checkpoint whose commit was answered. */
  private acknowledged = BEGINNING;
  private running = false;
  private work: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.options = { url, clock: new SystemClock(), random: new SystemRandom(), log: silentLog };
    this.rows = new PostgresReadStore(this.options);
    this.logs = new PostgresLogStore(this.options);
    this.leases = new PostgresLeases(this.options);
  }

  async start(): Promise<void> {
    await this.rows.prepare(SAMPLES);
    this.running = true;
    this.work = Promise.all([this.repeat(() => this.count()), this.repeat(() => this.print()), this.repeat(() => this.hold())]);
    this.work.catch(() => undefined);
  }

  /** Each of the three was acknowledged once more. */
  async goneOn(): Promise<void> {
    const { rows, logs, leases } = this.done;
    await eventually(() => this.done.rows > rows && this.done.logs > logs && this.done.leases > leases, 'all to go on');
  }

  async failed(): Promise<void> {
    const { failures } = this.done;
    await eventually(() => this.done.failures > failures, 'a failure');
  }

  /** Everything that was acknowledged is there, once. */
  async check(): Promise<void> {
    this.running = false;
    await this.work;
    const [position, row] = await this.rows.read(SAMPLES, async (s) => [s.position, await s.get(READINGS, 'count')] as const);
    expect(BigInt(row?.amount ?? 0)).toBe(position);
    expect(position).toBeGreaterThanOrEqual(this.acknowledged);
    const printed = (await all(this.logs)).filter(({ step }) => step === this.step).map(({ number }) => number);
    expect(printed).toEqual(printed.map((_, index) => index + 1));
    expect(printed.length).toBeGreaterThanOrEqual(this.done.logs);
  }

  async close(): Promise<void> {
    this.running = false;
    await this.work;
    await Promise.all([this.rows.close(), this.logs.close(), this.leases.close()]);
  }

  private async repeat(work: () => Promise<void>): Promise<void> {
    while (this.running) {
      try {
        await work();
      } catch (error) {
        if (!isRetryable(error) && !(error instanceof CheckpointMoved)) throw error;
        this.done.failures += 1;
        await this.options.clock.sleep(20);
      }
    }
  }

  private async count(): Promise<void> {
    const [from, row] = await this.rows.read(SAMPLES, async (s) => [s.position, await s.get(READINGS, 'count')] as const);
    const change = { table: READINGS, key: ['count'], row: reading('count', { amount: (row?.amount ?? 0) + 1 }) };
    await this.rows.commit('samples@1', from === BEGINNING ? undefined : at(from), at(from + 1n), [change]);
    this.acknowledged = from + 1n;
    this.done.rows += 1;
  }

  private async print(): Promise<void> {
    await this.logs.append(attempt({ step: this.step }), chunks(this.done.logs + 1, this.done.logs + 1));
    this.done.logs += 1;
  }

  private async hold(): Promise<void> {
    if ((await this.leases.hold('a', [{ name: 'relay', facts: {} }], 60_000)).has('relay')) this.done.leases += 1;
  }
}
