import type { Random } from '@slipway/kernel';
import { SEED, SeededRandom } from '@slipway/kernel/testing';
import { events, idsOf } from '@slipway/kernel/testing/event-store/store-under-test';
import type { EventStoreDbDouble } from '../../../../test/doubles/eventstoredb/eventstoredb-double';
import { SystemClock } from '../../runtime/system-clock';
import { DoubleUnderTest, storeAt } from './eventstoredb.fixture';

const clock = new SystemClock();
const WRITERS = 6;
const APPENDS = 25;

const faults: readonly ((double: EventStoreDbDouble) => unknown)[] = [
  ({ faults }) => faults.loseAnswers(3),
  ({ faults }) => faults.loseAnswers(2, 'timeout'),
  ({ faults }) => faults.loseAnswers(2, 'reset'),
  ({ faults }) => faults.beUnready(4),
  ({ faults }) => faults.fallSilent(),
  ({ faults }) => faults.speak(),
  ({ faults }) => faults.speak(),
  ({ faults }) => (faults.slowSubscriptionMs = 1 - faults.slowSubscriptionMs),
  (double) => double.cutCalls(),
  (double) => double.restart(),
];

function oneOf<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random.fraction() * list.length)]!;
}

describe.each(['23.10', '24.10'] as const)('EventStoreDB %s under any faults', (version) => {
  it(`loses nothing that it acknowledged, keeps nothing twice, and tells it in order (seed ${SEED})`, async () => {
    const random = new SeededRandom(`${version} ${SEED}`);
    const on = await DoubleUnderTest.open({ version, patienceMs: 300 });
    const followed = [on.follow(), on.follow(0n, 3)];
    const acknowledged: string[] = [];
    let writing = true;
    const write = async (writer: number) => {
      let last: number | 'none' = 'none';
      for (let turn = 0; turn < APPENDS; turn += 1) {
        const added = events(1 + Math.floor(random.fraction() * 4), random.fraction() < 0.2 ? '$Noted' : 'Happened');
        last = (await on.surely(`s-${writer}`, last, added)).version;
        acknowledged.push(...idsOf(added));
      }
    };
    const trouble = (async () => {
      while (writing) {
        const before = acknowledged.length;
        await oneOf(faults, random)(on.double);
        for (let waits = 0; writing && acknowledged.length < before + 5 && waits < 8; waits += 1) await clock.sleep(5);
      }
      on.double.faults.speak();
      on.double.faults.slowSubscriptionMs = 0;
      on.double.faults.loseAnswers(0);
      on.double.faults.beUnready(0);
    })();
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))).finally(() => (writing = false));
    await trouble;

    const patient = storeAt(on.double.url);
    const streams = await Promise.all(Array.from({ length: WRITERS }, (_, writer) => patient.readStream(`s-${writer}`)));
    expect(idsOf(streams.flat()).sort()).toEqual([...acknowledged].sort());
    for (const stored of streams) expect(stored.map((one) => one.version)).toEqual(stored.map((_, version) => version));
    const all = await patient.readAll({ after: 0n, limit: 10_000 });
    for (const one of followed) {
      await one.has(all.length);
      expect(one.ids).toEqual(idsOf(all));
    }
    await patient.close();
    await on.close();
  });
});
