import { DashboardQuery, ShowDashboard } from '@slipway/deployments/queries/dashboard.query';
import { SEED } from '@slipway/kernel/testing';
import { live } from './life';
import { WalkSystem } from './system';

/** A dashboard as it was shown, and when. */
interface Seen {
  readonly at: string;
  readonly position: bigint;
  readonly board: string;
}

describe('the dashboard of an earlier moment', () => {
  let system: WalkSystem;
  const seen: Seen[] = [];

  const shown = async (query: Partial<DashboardQuery>) => {
    const board = await system.query<{ asOf: object }>(new ShowDashboard(Object.assign(new DashboardQuery(), { limit: 200, ...query })));
    const { asOf, ...rest } = board;
    return { asOf, board: JSON.stringify(rest) };
  };

  beforeAll(async () => {
    system = await WalkSystem.open(SEED);
    await live(system, 400, async () => {
      await system.quiet();
      const position = await system.log.head();
      if (position === seen.at(-1)?.position) return;
      const { board } = await shown({ atLeast: String(position) });
      seen.push({ at: system.clock.timestamp(), position, board });
      // What happens next happens later.
      await system.clock.advance(1);
    });
  });
  afterAll(() => system.close());

  it(`was worth looking at (seed ${SEED})`, () => {
    expect(seen.length).toBeGreaterThan(50);
    expect(new Set(seen.map(({ board }) => board)).size).toBeGreaterThan(15);
  });

  it(`is what was shown then, byte for byte, by position and by time (seed ${SEED})`, async () => {
    for (const { at, position, board } of seen) {
      expect(await shown({ asOf: String(position) })).toEqual({
        asOf: { at: expect.any(String) as string, position: String(position) },
        board,
      });
      expect(await shown({ asOf: at })).toEqual({ asOf: { at, position: String(position) }, board });
    }
  });

  it(`has windows as that of now has (seed ${SEED})`, async () => {
    const { position, board } = seen[Math.trunc(seen.length / 2)]!;
    const asOf = String(position);
    const { projects } = JSON.parse(board) as { projects: { project: string; cells: object }[] };
    const one = JSON.parse((await shown({ asOf, project: 'shop' })).board) as { projects: object[] };
    expect(one.projects).toEqual(projects.filter(({ project }) => project === 'shop'));
    const first = JSON.parse((await shown({ asOf, limit: 1 })).board) as { projects: object[]; next: string };
    const rest = JSON.parse((await shown({ asOf, limit: 1, cursor: first.next })).board) as { projects: object[] };
    expect([...first.projects, ...rest.projects]).toEqual(projects);
  });

  it('shows nothing before anything was there', async () => {
    expect(JSON.parse((await shown({ asOf: '2020-01-01T00:00:00Z' })).board)).toEqual({ environments: [], projects: [] });
  });
});
