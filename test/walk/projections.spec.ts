import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import type { AttemptOutcome, Projection, RecordedEvent, Table } from '@slipway/kernel';
import type { SeededRandom } from '@slipway/kernel/testing';
import { projectionRows } from '@slipway/kernel/testing/projection-spec';
import { slices } from '../../apps/api/slices';
import { FAILED, ScriptedWorker, SUCCEEDED } from './scripted-worker';
import { deploy, release, script, shop } from './shop';
import { WalkSystem } from './system';

const OUTCOMES: readonly (AttemptOutcome | 'runs on')[] = [
  ...Array.from({ length: 8 }, () => SUCCEEDED),
  FAILED,
  { kind: 'timed-out', error: 'late', log: { chunks: 1, digest: '0f' } },
  { kind: 'lost', error: 'it died' },
  { kind: 'returned', error: 'it stops' },
  'runs on',
];

function oneOf<T>(random: SeededRandom, of: readonly T[]): T {
  return of[Math.floor(random.fraction() * of.length)]!;
}

/** People and workers do what comes to their minds; what the rules refuse is refused. */
async function live(system: WalkSystem, steps: number): Promise<void> {
  const { random } = system;
  const worker = await new ScriptedWorker('w1', system, () => oneOf(random, OUTCOMES)).start();
  await shop(system, {
    automatic: ['staging'],
    steps: [script('Build'), script('Deploy', { excludeEnvironments: ['staging'] }), script('Check')],
  });
  await shop(system, { project: 'blog', environments: ['staging', 'production'] });
  const deployments: string[] = [];
  const environments = ['development', 'staging', 'production', 'nowhere'];
  const versions = ['1.0.0', '1.1.0', '2.0.0'];
  const whatever: readonly (() => Promise<unknown>)[] = [
    () => release(system, oneOf(random, versions), oneOf(random, ['shop', 'blog'])),
    ...Array.from({ length: 8 }, () => async () => {
      const options = {
        project: oneOf(random, ['shop', 'blog']),
        priority: random.fraction() < 0.3,
        at: new Date(system.clock.now() + Math.floor(random.fraction() * 3) * 4_000).toISOString(),
        ...oneOf(random, [{}, { expiresAfter: 'PT2S' }, { exclude: ['build'] }, { comment: 'as agreed' }]),
      };
      deployments.push(await deploy(system, oneOf(random, versions), oneOf(random, environments), options));
    }),
    () => system.ask('CancelDeployment', { reason: 'wrong one' }, { deployment: oneOf(random, deployments) ?? 'none' }),
    () => system.ask('DeleteRelease', {}, { project: 'shop', version: oneOf(random, versions) }),
    () => system.ask('ChangeVariables', { variables: [{ name: 'A', value: String(random.fraction()) }] }, { project: 'shop' }),
    () => system.ask('UpdateVariables', {}, { project: 'shop', version: oneOf(random, versions) }),
    () =>
      system.ask(
        'ChangeEnvironment',
        { order: Math.floor(random.fraction() * 9), name: oneOf(random, ['Live', null]) },
        { environment: 'staging' },
      ),
    () => system.ask('ChangeProject', { description: oneOf(random, ['Sells', null]) }, { project: 'shop' }),
    () => system.ask('ChangeLifecycle', { name: oneOf(random, ['Way', null]) }, { lifecycle: 'shop-way' }),
    () => system.pass(1_000),
    () => system.pass(3_000),
    () => Promise.resolve(system.kill()).then(() => system.start()),
  ];
  for (let step = 0; step < steps; step += 1) await oneOf(random, whatever)().catch(refused);
  await system.pass(10_000);
  await worker.stop();
}

/** A rule's refusal is part of life, anything else is a bug. */
function refused(error: unknown): void {
  if ((error as { isDomainError?: boolean }).isDomainError !== true) throw error;
}

/** The rows as the application holds them now, table by table, as text. */
async function held(system: WalkSystem, projection: Projection, table: Table<object>): Promise<string> {
  return system.rows.read(projection, async (snapshot) => textOf(await snapshot.select(table)));
}

function textOf(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value), 1);
}

describe('read models of a life at random', () => {
  const seed = process.env['SEED'] ?? String(Math.trunc(performance.timeOrigin));
  let system: WalkSystem;
  let events: RecordedEvent[];

  beforeAll(async () => {
    system = await WalkSystem.open(seed);
    await live(system, 400);
    events = await system.events();
  });

  afterAll(() => system.close());

  it(`is full of events (seed ${seed})`, () => {
    const types = new Set(events.map((event) => event.type));
    expect([...types]).toEqual(expect.arrayContaining(['DeploymentConcluded', 'LaneGranted', 'StepStarted', 'EnvironmentChanged']));
    expect(system.parts.hub.statuses().filter((one) => one.state !== 'running' || (one.parked ?? 0) > 0)).toEqual([]);
  });

  const projections = slices.flatMap((slice) => slice.projections ?? []);
  it.each(projections)(
    `$name: its rows are those of a fold from zero, whatever the batches and the restarts (seed ${seed})`,
    async (projection) => {
      for (const table of projection.tables as unknown as Table<object>[]) {
        const rows = await projectionRows(projection, table, events, () => new SqliteReadStore(':memory:'));
        expect(`${table.name}: ${await held(system, projection, table)}`).toBe(`${table.name}: ${textOf(rows)}`);
      }
    },
  );

  it(`starts each deployment once at most, concludes it once at most, and never has two of a lane at work (seed ${seed})`, () => {
    const at = new Map<string, number>();
    const working = new Map<string, string>();
    for (const { type, data } of events) {
      const { deployment = '', project, environment } = data as Record<string, string>;
      const lane = `${project}@${environment}`;
      if (type === 'DeploymentStarted' || type === 'DeploymentConcluded')
        at.set(`${type} ${deployment}`, (at.get(`${type} ${deployment}`) ?? 0) + 1);
      if (type === 'DeploymentStarted') {
        expect(working.get(lane)).toBeUndefined();
        working.set(lane, deployment);
      }
      const over = ['DeploymentSucceeded', 'DeploymentFailed', 'DeploymentCancelled'].includes(type);
      if (over && working.get(lane) === deployment) working.delete(lane);
    }
    expect([...at].filter(([, count]) => count !== 1)).toEqual([]);
  });
});
