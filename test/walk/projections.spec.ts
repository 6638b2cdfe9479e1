import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import type { Projection, RecordedEvent, Table } from '@slipway/kernel';
import { projectionRows } from '@slipway/kernel/testing/projection-spec';
import { slices } from '../../apps/composition/slices';
import { SEED } from '@slipway/kernel/testing';
import { live } from './life';
import { WalkSystem } from './system';

/** The rows as the application holds them now, table by table, as text. */
async function held(system: WalkSystem, projection: Projection, table: Table<object>): Promise<string> {
  return system.rows.read(projection, async (snapshot) => textOf(await snapshot.select(table)));
}

function textOf(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value), 1);
}

describe('read models of a life at random', () => {
  let system: WalkSystem;
  let events: RecordedEvent[];

  beforeAll(async () => {
    system = await WalkSystem.open(SEED);
    await live(system, 400);
    events = await system.events();
  });

  afterAll(() => system.close());

  it(`is full of events (seed ${SEED})`, () => {
    const types = new Set(events.map((event) => event.type));
    expect([...types]).toEqual(expect.arrayContaining(['DeploymentConcluded', 'LaneGranted', 'StepStarted', 'EnvironmentChanged']));
    expect(system.parts.hub.statuses().filter((one) => one.state !== 'running' || (one.parked ?? 0) > 0)).toEqual([]);
  });

  const projections = slices.flatMap((slice) => slice.projections ?? []);
  it.each(projections)(
    `$name: its rows are those of a fold from zero, whatever the batches and the restarts (seed ${SEED})`,
    async (projection) => {
      for (const table of projection.tables as unknown as Table<object>[]) {
        const rows = await projectionRows(projection, table, events, () => new SqliteReadStore(':memory:'));
        expect(`${table.name}: ${await held(system, projection, table)}`).toBe(`${table.name}: ${textOf(rows)}`);
      }
    },
  );

  it(`starts each deployment once at most, concludes it once at most, and never has two of a lane at work (seed ${SEED})`, () => {
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
