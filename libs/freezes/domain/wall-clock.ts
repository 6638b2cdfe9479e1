import { IANAZone } from 'luxon';

/** Length of a day by the wall clock. Wall-clock times are milliseconds as if the clock on the wall showed UTC. */
export const DAY_MS = 86_400_000;

export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

function offsetMs(zone: string, instant: number): number {
  return IANAZone.create(zone).offset(instant) * 60_000;
}

/** What the clock on the wall shows at an instant (ms since the epoch). */
export function wallOf(instant: number, zone: string): number {
  return instant + offsetMs(zone, instant);
}

/**
 * The first and the last instant at which the clock on the wall shows this time: two when it is set back over it, the moment of the change, twice, when it
 * is set forward over it.
 */
export function instantsOf(wall: number, zone: string): { readonly first: number; readonly last: number } {
  const [early, late] = [wall - offsetMs(zone, wall - DAY_MS), wall - offsetMs(zone, wall + DAY_MS)];
  const shown = [early, late].filter((instant) => wallOf(instant, zone) === wall);
  if (shown.length > 0) return { first: Math.min(...shown), last: Math.max(...shown) };
  const change = clockChange(wall, zone, [Math.min(early, late), Math.max(early, late)]);
  return { first: change, last: change };
}

/** The instant between two at which the clock on the wall jumps past `wall`. */
function clockChange(wall: number, zone: string, [from, to]: readonly [number, number]): number {
  if (to - from <= 1) return to;
  const middle = Math.floor((from + to) / 2);
  return clockChange(wall, zone, wallOf(middle, zone) < wall ? [middle, to] : [from, middle]);
}
