import type { Leases, WantedLease } from '../ports/leases';
import { SEED, SeededRandom } from './seeded-random';

export interface OpenedLeases {
  /** Two processes' ways to the same leases, none of which is held. */
  readonly one: Leases;
  readonly other: Leases;
  /** Lets time pass as the store sees it. */
  readonly pass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const wanted = (...names: string[]): WantedLease[] => names.map((name) => ({ name, facts: {} }));
const MINUTE = 60_000;

/** What every keeper of leases must do. */
export function leasesContract(name: string, open: () => Promise<OpenedLeases>): void {
  describe(`leases ${name}`, () => {
    let opened: OpenedLeases;
    let one: Leases;
    let other: Leases;
    const holders = async () => (await one.current()).map((lease) => `${lease.name}: ${lease.holder}`).join(', ');

    beforeEach(async () => {
      opened = await open();
      ({ one, other } = opened);
    });
    afterEach(() => opened.close());

    it('go to whoever asks first, each by itself', async () => {
      expect(await one.hold('a', wanted('relay', 'timers'), MINUTE)).toEqual(new Set(['relay', 'timers']));
      expect(await other.hold('b', wanted('lanes', 'relay'), MINUTE)).toEqual(new Set(['lanes']));
      expect(await holders()).toBe('lanes: b, relay: a, timers: a');
    });

    it('are nobody’s before anybody asks, and asking for none gives none', async () => {
      expect(await one.current()).toEqual([]);
      expect(await one.hold('a', [], MINUTE)).toEqual(new Set());
      await one.letGo('a', []);
      await one.letGo('a', ['relay']);
      expect(await one.current()).toEqual([]);
    });

    it('show what their holder says of itself, as it said it last', async () => {
      const facts = { position: '12', note: 'é"\\\u0000😀', list: [1, null, { z: 1, a: 2 }] };
      await one.hold('a', [{ name: 'relay', facts }], MINUTE);
      expect(await other.current()).toEqual([{ name: 'relay', holder: 'a', facts }]);
      expect(JSON.stringify(await other.current())).toBe(JSON.stringify([{ name: 'relay', holder: 'a', facts }]));
      await one.hold('a', [{ name: 'relay', facts: { position: '13' } }], MINUTE);
      await other.hold('b', [{ name: 'relay', facts: { position: '99' } }], MINUTE);
      expect(await other.current()).toEqual([{ name: 'relay', holder: 'a', facts: { position: '13' } }]);
    });

    it('are told by name in order', async () => {
      await one.hold('a', wanted('b', 'é', 'B', 'a@1', 'a'), MINUTE);
      expect((await one.current()).map((lease) => lease.name)).toEqual(['B', 'a', 'a@1', 'b', 'é']);
    });

    it('stay with a holder that renews them', async () => {
      for (let round = 0; round < 4; round += 1) {
        expect(await one.hold('a', wanted('relay'), MINUTE)).toEqual(new Set(['relay']));
        await opened.pass(MINUTE - 5_000);
        expect(await other.hold('b', wanted('relay'), MINUTE)).toEqual(new Set());
      }
      expect(await holders()).toBe('relay: a');
    });

    it('end by the last renewal, also by a shorter one', async () => {
      await one.hold('a', wanted('relay'), MINUTE);
      await one.hold('a', wanted('relay'), 10_000);
      await opened.pass(10_001);
      expect(await other.hold('b', wanted('relay'), MINUTE)).toEqual(new Set(['relay']));
    });

    it('run out unless they are renewed, and are then free for all', async () => {
      await one.hold('a', wanted('relay', 'timers'), MINUTE);
      await opened.pass(MINUTE - 5_000);
      await one.hold('a', wanted('timers'), MINUTE);
      await opened.pass(5_001);
      expect(await holders()).toBe('timers: a');
      expect(await other.hold('b', wanted('relay', 'timers'), MINUTE)).toEqual(new Set(['relay']));
    });

    it('are lost to a holder that slept past their end, once somebody else took them', async () => {
      await one.hold('a', wanted('relay', 'timers'), MINUTE);
      await opened.pass(MINUTE + 1);
      await other.hold('b', wanted('relay'), MINUTE);
      expect(await one.hold('a', wanted('relay', 'timers'), MINUTE)).toEqual(new Set(['timers']));
      await one.letGo('a', ['relay']);
      expect(await holders()).toBe('relay: b, timers: a');
    });

    it('are free at once when their holder lets them go, and only then', async () => {
      await one.hold('a', wanted('relay', 'timers'), MINUTE);
      await other.letGo('b', ['relay', 'timers']);
      expect(await holders()).toBe('relay: a, timers: a');
      await one.letGo('a', ['relay', 'unknown']);
      expect(await other.hold('b', wanted('relay', 'timers'), MINUTE)).toEqual(new Set(['relay']));
    });

    it('take a name that is asked for twice as asked for once', async () => {
      const twice = [{ name: 'relay', facts: { first: true } }, ...wanted('relay')];
      expect(await one.hold('a', twice, MINUTE)).toEqual(new Set(['relay']));
      expect(await one.current()).toEqual([{ name: 'relay', holder: 'a', facts: {} }]);
    });

    it(`have one holder each, however many race for them (seed ${SEED})`, async () => {
      const random = new SeededRandom(SEED);
      const names = Array.from({ length: 12 }, (_, index) => `subscription-${index}`);
      for (let round = 0; round < 5; round += 1) {
        const racers = Array.from({ length: 8 }, (_, index) => `${round}-${index}`);
        const wishes = racers.map(() => [...names].sort(() => random.fraction() - 0.5));
        const won = await Promise.all(
          racers.map((racer, index) => (index % 2 ? one : other).hold(racer, wanted(...wishes[index]!), MINUTE)),
        );
        expect(won.flatMap((set) => [...set]).sort()).toEqual([...names].sort());
        const told = new Map((await one.current()).map((lease) => [lease.name, lease.holder]));
        racers.forEach((racer, index) => won[index]!.forEach((lease) => expect(told.get(lease)).toBe(racer)));
        await opened.pass(MINUTE + 1);
      }
    });
  });
}
