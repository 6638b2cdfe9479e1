import {
  type Handlers,
  type Projection,
  putSince,
  type Recorded,
  type RecordedEvent,
  type Rows,
  type Table,
  temporalTable,
} from '@slipway/kernel';
import { evolveRelease, initialRelease, type KnownRelease } from '../domain/release';
import type { ReleaseEvent } from '../domain/release.events';

/** What a list shows of a release, whatever its state: the folded state without what is large. */
type Listed<R> = R extends KnownRelease
  ? Omit<R, 'process' | 'snapshots' | 'notes' | 'deployments'> & {
      readonly processHash: string;
      readonly variables: { readonly snapshot: number; readonly hash: string; readonly takenAt: string };
      readonly deployments: readonly ListedDeployment[];
    }
  : never;

export type ListedRelease = Listed<KnownRelease>;

/** Positions as texts: rows are JSON. */
type ListedDeployment = Omit<KnownRelease['deployments'][number], 'concluded'> & {
  readonly concluded?: Omit<NonNullable<KnownRelease['deployments'][number]['concluded']>, 'position'> & { readonly position: string };
};

export interface ReleaseRow {
  project: string;
  version: string;
  createdAt: bigint;
  /** Id of the command that created it. */
  command: string;
  state: string;
  channel: string;
  /** Slug of the one that it froze. */
  lifecycle: string;
  /** For `text`: version, title and notes, in lower case. */
  words: string;
  /** Environments that it ever reached with success, a blank before and behind each. */
  reached: string;
  release: ListedRelease;
}

export const releasesTable: Table<ReleaseRow> = {
  name: 'releases',
  columns: {
    project: 'text',
    version: 'text',
    createdAt: 'position',
    command: 'text',
    state: 'text',
    channel: 'text',
    lifecycle: 'text',
    words: 'text',
    reached: 'text',
    release: 'json',
  },
  key: ['project', 'version'],
  indexes: [
    ['project', 'createdAt'],
    ['project', 'command'],
  ],
};

/** Of the releases that lists show unless others are asked for. */
export const LISTED_STATES: readonly KnownRelease['status'][] = ['active', 'blocked'];

interface CurrentRow {
  project: string;
  environment: string;
  version: string;
  deployment: string;
}

/** The release that runs in each environment, or ran there: that of the latest successful deployment. */
export const currentTable = temporalTable<CurrentRow>({
  name: 'current',
  columns: { project: 'text', environment: 'text', version: 'text', deployment: 'text' },
  key: ['project', 'environment'],
});

/** The known release that a row stands for; process and variables stay empty. */
export function fromRow({ release }: ReleaseRow): KnownRelease {
  const { processHash, variables, deployments, ...rest } = release;
  return {
    ...rest,
    process: { revision: 0, hash: processHash, steps: [] },
    snapshots: [{ number: variables.snapshot, revision: 0, hash: variables.hash, takenAt: variables.takenAt, variables: [] }],
    deployments: deployments.map(({ concluded, ...one }) =>
      concluded ? { ...one, concluded: { ...concluded, position: BigInt(concluded.position) } } : one,
    ),
  };
}

/** What a row keeps from its release's creation. */
type Kept = Pick<ReleaseRow, 'createdAt' | 'command' | 'words'>;

function toRow(release: KnownRelease, { createdAt, command, words }: Kept): ReleaseRow {
  const { process, snapshots, notes: _, deployments, ...rest } = release;
  const last = snapshots.at(-1);
  return {
    project: release.project,
    version: release.version,
    createdAt,
    command,
    state: release.status,
    channel: release.channel,
    lifecycle: release.lifecycle.slug,
    words,
    reached: reachedBy(deployments),
    release: {
      ...rest,
      processHash: process.hash,
      variables: { snapshot: last?.number ?? 0, hash: last?.hash ?? '', takenAt: last?.takenAt ?? '' },
      deployments: deployments.map(({ concluded, ...one }) =>
        concluded ? { ...one, concluded: { ...concluded, position: String(concluded.position) } } : one,
      ),
    },
  };
}

function reachedBy(deployments: KnownRelease['deployments']): string {
  const environments = deployments.filter((one) => one.concluded?.outcome === 'succeeded').map((one) => one.environment);
  return ` ${[...new Set(environments)].sort().join(' ')} `;
}

async function fold(rows: Rows, event: RecordedEvent<ReleaseEvent>): Promise<void> {
  const { project, version } = event.data;
  const row = await rows.get(releasesTable, project, version);
  if (!row) return;
  const release = evolveRelease(fromRow(row), event);
  if (release.status !== 'none') rows.put(releasesTable, toRow(release, row));
}

export const releaseList: Projection = {
  name: 'release_list',
  version: 6,
  tables: [releasesTable, currentTable.now, currentTable.before],
  on: {
    ReleaseCreated: (rows: Rows, event) => {
      const release = evolveRelease(initialRelease, event);
      if (release.status === 'none') return;
      const { version, title = '', notes = '' } = event.data;
      const words = `${version}\n${title}\n${notes}`.toLowerCase();
      rows.put(releasesTable, toRow(release, { createdAt: event.position, command: event.metadata.commandId, words }));
    },
    VariablesUpdated: fold,
    PhaseReached: fold,
    ReleasePromoted: fold,
    DeploymentScheduled: fold,
    FreezeOverridden: fold,
    ReleaseUnlinked: fold,
    ReleaseBlocked: fold,
    ReleaseUnblocked: fold,
    ReleaseArchived: fold,
    ReleaseDeleted: fold,
    DeploymentConcluded: async (rows: Rows, event) => {
      await fold(rows, event);
      const { project, version, environment, deployment, outcome } = event.data;
      if (outcome !== 'succeeded') return;
      await putSince(rows, currentTable, { project, environment, version, deployment }, event.position);
    },
  } satisfies Handlers<Recorded<ReleaseEvent>>,
};
