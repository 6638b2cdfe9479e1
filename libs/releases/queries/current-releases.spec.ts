import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { Checkpoints, Ids, ProjectionRunner, SubscriptionHub } from '@slipway/kernel';
import { ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import { SubscriptionFixture } from '@slipway/kernel/testing/subscription-fixture';
import { ReadModels } from '@slipway/platform';
import { releaseList } from '../projections/release-list';
import { readCurrent } from './current-releases';

describe('what runs in the environments of a project', () => {
  it('reflects the position that a query asks for, and may lag where it asks for none', async () => {
    const clock = new ManualClock();
    const store = new MemoryEventStore(clock, new Ids(clock, new SeededRandom('log')));
    const fixture = new SubscriptionFixture(store, new SqliteReadStore(':memory:'), clock);
    const runner = new ProjectionRunner(releaseList, fixture.ports);
    const checkpoints = new Checkpoints(new SubscriptionHub([runner]), fixture.readStore, clock);
    const models = new ReadModels(fixture.readStore, store, checkpoints, fixture.ports.catalogue, clock);
    const ending = new AbortController();
    await fixture.readStore.prepare(releaseList);
    await runner.start(ending.signal);
    let answered = false;
    const waiting = readCurrent(models, 'shop', { atLeast: '1' }).then((current) => {
      answered = true;
      return current;
    });
    expect(await readCurrent(models, 'shop', {})).toEqual({});
    await settle();
    expect(answered).toBe(false);
    await fixture.append('s', 1);
    expect(await waiting).toEqual({});
    ending.abort();
    await runner.stop();
    await fixture.readStore.close();
  });
});
