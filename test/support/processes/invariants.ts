import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import {
  BEGINNING,
  EventCatalogue,
  type Projection,
  ProjectionFold,
  type ReadStore,
  type RecordedEvent,
  schemaName,
  type Table,
} from '@slipway/kernel';
import { slices } from '../../../apps/composition/slices';
import { faultsIn } from './chain';
import type { StoredEvent } from './stored-event';

const ENDS = ['DeploymentSucceeded', 'DeploymentFailed', 'DeploymentCancelled', 'DeploymentExpired', 'DeploymentRefused'];
const OUTCOMES = ['StepSucceeded', 'StepFailed', 'StepTimedOut', 'StepLost'];

/**
 * What is wrong with a log, by the invariants of quality.md §2: versions dense and hashes chained (I2, I9), positions in order, ids once (I3), each attempt
 * started and ended once at most per token, each deployment started and ended once at most (I5), one holder of a lane at a time (I6).
 */
export function brokenInvariants(events: readonly StoredEvent[]): string[] {
  return [...faultsIn(events), ...outOfOrder(events), ...repeated(events), ...twoHolders(events)];
}

/** Deployments that were opened and did not end. */
export function unended(events: readonly StoredEvent[]): string[] {
  const ended = new Set(events.filter(({ type }) => ENDS.includes(type)).map(({ stream }) => stream));
  return events.filter(({ type, stream }) => type === 'DeploymentOpened' && !ended.has(stream)).map(({ stream }) => stream);
}

function outOfOrder(events: readonly StoredEvent[]): string[] {
  return events.flatMap(({ position }, index) =>
    index > 0 && position <= events[index - 1]!.position ? [`position ${position} follows ${events[index - 1]!.position}`] : [],
  );
}

/** What may happen once and happened more often. */
function repeated(events: readonly StoredEvent[]): string[] {
  const seen = new Map<string, number>();
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
  for (const { id, type, stream, data } of events) {
    count(`event ${id}`);
    const { step, token } = JSON.parse(data) as { step?: string; token?: number };
    if (type === 'DeploymentStarted') count(`start of ${stream}`);
    if (ENDS.includes(type)) count(`end of ${stream}`);
    if (type === 'StepStarted') count(`start of ${stream}, step ${step}, token ${token}`);
    if (OUTCOMES.includes(type) && token !== undefined) count(`end of ${stream}, step ${step}, token ${token}`);
  }
  return [...seen].filter(([, times]) => times > 1).map(([what, times]) => `${what}: ${times} times`);
}

function twoHolders(events: readonly StoredEvent[]): string[] {
  const holders = new Map<string, string>();
  return events.flatMap(({ stream, type, data }) => {
    const { deployment = '' } = JSON.parse(data) as { deployment?: string };
    if (type === 'LaneLeft' && holders.get(stream) === deployment) holders.delete(stream);
    if (type !== 'LaneGranted') return [];
    const before = holders.get(stream);
    holders.set(stream, deployment);
    return before === undefined ? [] : [`${stream}: ${deployment} was granted it while ${before} held it`];
  });
}

/** Projections whose rows are not those of a fold of the log from zero (I4), with both as text. The log must stand still. */
export async function differingReadModels(store: ReadStore, stored: readonly StoredEvent[]): Promise<string[]> {
  const catalogue = new EventCatalogue(slices.flatMap((slice) => slice.events));
  const events = stored.map((event) => catalogue.decode(recorded(event)));
  const faults: string[] = [];
  for (const projection of slices.flatMap((slice) => slice.projections ?? [])) {
    await store.prepare(projection);
    const [held, folded] = [await rowsOf(store, projection), await foldOf(projection, events)];
    for (const [at, { name }] of projection.tables.entries())
      if (held[at] !== folded[at]) faults.push(`${name} holds ${held[at]}\nwhere the log says ${folded[at]}`);
  }
  return faults;
}

async function foldOf(projection: Projection, events: readonly RecordedEvent[]): Promise<string[]> {
  const store = new SqliteReadStore(':memory:');
  try {
    await store.prepare(projection);
    const { changes, error } = await new ProjectionFold(projection, store, (event) => event).fold(events);
    if (error !== undefined) throw error;
    const position = events.at(-1)?.position ?? BEGINNING;
    await store.commit(schemaName(projection), undefined, { logId: 'log', position }, changes);
    return await rowsOf(store, projection);
  } finally {
    await store.close();
  }
}

/** Of each table, as text. */
function rowsOf(store: ReadStore, projection: Projection): Promise<string[]> {
  return store.read(projection, async (snapshot) => {
    const texts: string[] = [];
    for (const table of projection.tables as unknown as Table<object>[]) texts.push(textOf(await snapshot.select(table)));
    return texts;
  });
}

function recorded({ position, stream, version, id, type, data, metadata }: StoredEvent): RecordedEvent {
  const parts = { data: JSON.parse(data) as object, metadata: JSON.parse(metadata) as RecordedEvent['metadata'] };
  return { position: BigInt(position), stream, version, id, type, ...parts };
}

function textOf(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
