import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import type { Clock, Log, Random, Telemetry } from '@slipway/kernel';
import type { Settings } from '@slipway/platform';
import type { Surroundings } from './run-process';

/** What every adapter is opened with. */
export interface Machine {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly telemetry: Telemetry;
}

export function machineOf({ settings, clock, log, telemetry }: Surroundings): Machine {
  return { settings, clock, log, telemetry, random: new SystemRandom() };
}

export function fileOf(url: string): string {
  return url.slice('sqlite:'.length);
}
