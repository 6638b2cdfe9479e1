import { existsSync, readFileSync } from 'node:fs';
import { PostgresReadStore } from '@slipway/adapters/read-store/postgres/postgres-read-store';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { silentLog } from '@slipway/kernel';
import { eventually } from '../e2e/support/eventually';
import { brokenInvariants, differingReadModels, unended } from '../support/processes/invariants';
import type { StoredEvent } from '../support/processes/stored-event';

/** What a load was told, and where to find what came of it. */
export interface Traces {
  /** Ids of the deployments that were acknowledged; each was asked for until it was. */
  readonly acknowledged: readonly { readonly id: string }[];
  /** A line for each attempt of a step, which its script wrote. */
  readonly file: string;
  /** The log, as a plain client reads it. */
  readonly stored: () => Promise<StoredEvent[]>;
  /** PostgreSQL, where the read models are. */
  readonly readStoreUrl: string;
  /** Ids of workers that died or were cut off: what they ran was lost. */
  readonly unlucky?: ReadonlySet<string>;
}

const PATIENCE_SECONDS = 40;

/**
 * What bad luck left behind, once all is well again and nobody asks for anything: what was acknowledged and is lost, what was done twice, what did not succeed at the first try, broken
 * invariants (quality.md §2), read models that are not the fold of the log. Empty is as it should be.
 */
export async function faultsLeft({ acknowledged, file, stored, readStoreUrl, unlucky = new Set() }: Traces): Promise<string[]> {
  const events = await stored();
  const opened = events.filter(({ type }) => type === 'DeploymentOpened').map(({ stream }) => stream);
  const asked = acknowledged.map(({ id }) => `deployment-${id}`);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  const succeeded = new Set(events.filter(({ type }) => type === 'DeploymentSucceeded').map(({ stream }) => stream));
  return [
    ...missing(asked, opened).map((stream) => `${stream} was acknowledged, and is not in the log`),
    ...missing(opened, asked).map((stream) => `${stream} is one more than was asked for`),
    ...lines.filter((line, at) => lines.indexOf(line) !== at).map((line) => `ran twice: ${line}`),
    ...unended(events).map((stream) => `${stream} has not ended`),
    ...asked.filter((stream) => !succeeded.has(stream)).map((stream) => `${stream} has not succeeded`),
    ...lostByTheLiving(events, unlucky),
    ...brokenInvariants(events),
    ...(await staleReadModels(stored, readStoreUrl)),
  ];
}

function lostByTheLiving(events: readonly StoredEvent[], unlucky: ReadonlySet<string>): string[] {
  const holders = new Map<string, string>();
  return events.flatMap(({ type, stream, data }) => {
    const { token, worker = '' } = JSON.parse(data) as { token?: number; worker?: string };
    const attempt = `${stream}/${token}`;
    if (type === 'StepStarted') holders.set(attempt, worker);
    const lost = type === 'StepLost' && !unlucky.has(holders.get(attempt) ?? '');
    return lost ? [`${stream} lost an attempt, though its worker lived`] : [];
  });
}

/** Read models come after the log: those that are not there after a while. */
async function staleReadModels(stored: Traces['stored'], url: string): Promise<string[]> {
  const store = new PostgresReadStore({ url, clock: new SystemClock(), random: new SystemRandom(), log: silentLog });
  try {
    const look = async () => differingReadModels(store, await stored());
    return await eventually('read models are the fold of the log', look, ({ length }) => length === 0, PATIENCE_SECONDS);
  } finally {
    await store.close();
  }
}

function missing(these: readonly string[], among: readonly string[]): string[] {
  const known = new Set(among);
  return these.filter((one) => !known.has(one));
}
