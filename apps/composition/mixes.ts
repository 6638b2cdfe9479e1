import { InfrastructureError } from '@slipway/kernel';
import type { Settings } from '@slipway/platform';

export type ProcessName = 'api' | 'processor' | 'worker' | 'standalone';

type Urls = Pick<Settings, 'EVENT_STORE_URL' | 'READ_STORE_URL' | 'MESSAGE_BUS_URL'>;

const ALONE: readonly { readonly key: keyof Urls; readonly scheme: RegExp; readonly instead: string; readonly why: string }[] = [
  { key: 'EVENT_STORE_URL', scheme: /^sqlite:/, instead: 'esdb://… or postgres://…', why: 'a SQLite file is written by one process alone' },
  { key: 'READ_STORE_URL', scheme: /^sqlite:/, instead: 'postgres://…', why: 'a SQLite file is written by one process alone' },
  { key: 'MESSAGE_BUS_URL', scheme: /^embedded:/, instead: 'kafka://…', why: 'the embedded bus lives inside one process' },
];

/** What a process uses of the three. */
const USES: Readonly<Record<ProcessName, readonly (keyof Urls)[]>> = {
  standalone: [],
  api: ['EVENT_STORE_URL', 'READ_STORE_URL', 'MESSAGE_BUS_URL'],
  processor: ['EVENT_STORE_URL', 'READ_STORE_URL', 'MESSAGE_BUS_URL'],
  worker: ['MESSAGE_BUS_URL'],
};

/** Refuses what several processes cannot share. Errors: InfrastructureError `settings.impossible-mix`, naming every key, why, and what to set. */
export function refuseImpossibleMix(name: ProcessName, settings: Urls): void {
  const wrong = ALONE.filter(({ key, scheme }) => USES[name].includes(key) && scheme.test(settings[key]));
  if (wrong.length === 0) return;
  const words = wrong.map(({ key, instead, why }) => `${key} must be ${instead}: ${why}`);
  const text = `The ${name} is one process of several, and cannot start with these settings: ${words.join('; ')}. All in one process: npm start.`;
  throw new InfrastructureError('settings.impossible-mix', text, false);
}
