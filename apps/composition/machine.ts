import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import type { Clock, Log, Random } from '@slipway/kernel';
import type { Settings } from '@slipway/platform';
import type { Surroundings } from './run-process';

/** What every adapter is opened with. */
export interface Machine {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export function machineOf({ settings, clock, log }: Surroundings): Machine {
  return { settings, clock, log, random: new SystemRandom() };
}

export function fileOf(url: string): string {
  return url.slice('sqlite:'.length);
}
