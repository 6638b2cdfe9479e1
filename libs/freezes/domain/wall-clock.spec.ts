import fc from 'fast-check';
import { instantsOf, isTimeZone, wallOf } from './wall-clock';

const SEED = Number(process.env['SEED'] ?? 20_260_105);
const at = (text: string) => Date.parse(`${text}Z`);
const instants = (wall: string, zone: string) => {
  const { first, last } = instantsOf(at(wall), zone);
  return [new Date(first).toISOString(), new Date(last).toISOString()].map((text) => text.slice(0, 16));
};

describe('the clock on the wall', () => {
  it('shows each ordinary time once', () => {
    expect(instants('2026-07-01T12:00', 'Europe/Berlin')).toEqual(['2026-07-01T10:00', '2026-07-01T10:00']);
    expect(instants('2026-01-01T12:00', 'America/St_Johns')).toEqual(['2026-01-01T15:30', '2026-01-01T15:30']);
  });

  it('shows a time twice when it is set back over it', () => {
    expect(instants('2026-10-25T02:30', 'Europe/Berlin')).toEqual(['2026-10-25T00:30', '2026-10-25T01:30']);
    expect(instants('2026-10-25T03:00', 'Europe/Berlin')).toEqual(['2026-10-25T02:00', '2026-10-25T02:00']);
    expect(instants('2026-04-05T01:45', 'Australia/Lord_Howe')).toEqual(['2026-04-04T14:45', '2026-04-04T15:15']);
  });

  it('never shows a time that it is set forward over: the moment of the change stands for it', () => {
    expect(instants('2026-03-29T02:30', 'Europe/Berlin')).toEqual(['2026-03-29T01:00', '2026-03-29T01:00']);
    // Samoa left out the whole 30th of December 2011.
    expect(instants('2011-12-30T12:00', 'Pacific/Apia')).toEqual(['2011-12-30T10:00', '2011-12-30T10:00']);
  });

  it('knows the zones of IANA, and nothing else', () => {
    expect(['Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires'].every(isTimeZone)).toBe(true);
    expect(['Moon/Base', 'Berlin', 'Europe/'].some(isTimeZone)).toBe(false);
  });

  it(`shows between the two instants of a time nothing that is out of place (seed ${SEED})`, () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Casablanca', 'UTC');
    const minutes = fc.integer({ min: at('1990-01-01T00:00') / 60_000, max: at('2037-12-31T00:00') / 60_000 });
    fc.assert(
      fc.property(zones, minutes, (zone, minute) => {
        const instant = minute * 60_000;
        const wall = wallOf(instant, zone);
        const { first, last } = instantsOf(wall, zone);
        expect(first === instant || last === instant).toBe(true);
        expect(wallOf(first, zone)).toBe(wall);
        expect(wallOf(last, zone)).toBe(wall);
        // No other instant within a day on either side shows the same.
        for (let other = instant - 86_400_000; other <= instant + 86_400_000; other += 900_000)
          if (wallOf(other, zone) === wall) expect([first, last]).toContain(other);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});
