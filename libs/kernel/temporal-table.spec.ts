import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { type Projection, putSince, type RecordedEvent, type Rows, schemaName, selectAt, temporalTable } from '@slipway/kernel';
import { recorded, SEED, SeededRandom } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { ProjectionFold } from './subscriptions';

interface Light {
  name: string;
  colour: string | null;
}

const lights = temporalTable<Light>({ name: 'lights', columns: { name: 'text', colour: 'text' }, key: ['name'], indexes: [['colour']] });

const projection: Projection = {
  name: 'lights',
  version: 1,
  tables: [lights.now, lights.before],
  on: {
    Turned: async (rows: Rows, { data, position }: RecordedEvent<{ type: 'Turned'; data: Light }>) =>
      putSince(rows, lights, { ...data }, position),
  },
};

function history(): RecordedEvent<{ type: 'Turned'; data: Light }>[] {
  const random = new SeededRandom(SEED);
  const oneOf = <T>(of: readonly T[]): T => of[Math.floor(random.fraction() * of.length)]!;
  const turned = () => ({ type: 'Turned' as const, data: { name: oneOf(['a', 'b', 'ß', 'c']), colour: oneOf(['red', 'green', null]) } });
  return logOf(recorded(Array.from({ length: 60 }, turned), 'lights')) as RecordedEvent<{ type: 'Turned'; data: Light }>[];
}

describe(`a temporal table (seed ${SEED})`, () => {
  it('has the same rows from any checkpoint and in any batch size', async () => {
    const events = history();
    const former = await projectionRows(projection, lights.before, events, () => new SqliteReadStore(':memory:'));
    const now = await projectionRows(projection, lights.now, events, () => new SqliteReadStore(':memory:'));
    expect(former.length + now.length).toBe(events.length);
    expect(former.every(({ since, until }) => since < until)).toBe(true);
  });

  it('shows what stood at every position, in the order and as many as asked for', async () => {
    const events = history();
    const store = new SqliteReadStore(':memory:');
    await store.prepare(projection);
    const { changes } = await new ProjectionFold(projection, store, (event) => event).fold(events);
    await store.commit(schemaName(projection), undefined, { logId: 'log', position: 60n }, changes);
    await store.read(projection, async (snapshot) => {
      for (let position = 0n; position <= 60n; position += 1n) {
        const stood = new Map<string, Light & { since: bigint }>();
        for (const event of events) if (event.position <= position) stood.set(event.data.name, { ...event.data, since: event.position });
        const byName = [...stood.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
        expect(await selectAt(snapshot, lights, {}, position)).toEqual(byName);
        const red = byName.filter(({ colour }) => colour === 'red');
        expect(await selectAt(snapshot, lights, { where: { colour: 'red' }, orderBy: ['-name'], limit: 2 }, position)).toEqual(
          red.reverse().slice(0, 2),
        );
        const rank = ({ colour }: Light) => ['green', 'red', null].indexOf(colour);
        const byColour = [...byName].sort((a, b) => rank(a) - rank(b));
        expect(await selectAt(snapshot, lights, { orderBy: ['colour'] }, position)).toEqual(byColour);
      }
      expect(await selectAt(snapshot, lights, {})).toEqual(await selectAt(snapshot, lights, {}, 60n));
    });
    await store.close();
  });
});
