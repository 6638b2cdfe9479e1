import type { Snapshot, Where } from '@slipway/kernel';
import { type ReleaseRow, releasesTable } from '../projections/release-list';

/** Versions of the releases that were created last, deleted ones too: no version is used twice. */
export interface LatestReleases {
  readonly last?: string;
  readonly lastInChannel?: string;
}

export async function latestReleases(snapshot: Snapshot, project: string, channel: string): Promise<LatestReleases> {
  const last = await latestWhere(snapshot, { project });
  const lastInChannel = await latestWhere(snapshot, { project, channel });
  return { ...(last === undefined ? {} : { last }), ...(lastInChannel === undefined ? {} : { lastInChannel }) };
}

/** Version of the release that a command created; undefined: none yet. */
export function createdBy(snapshot: Snapshot, project: string, command: string): Promise<string | undefined> {
  return latestWhere(snapshot, { project, command });
}

/** Version of the release that was created last, of those meant; undefined: none. */
export async function latestWhere(snapshot: Snapshot, where: Where<ReleaseRow>): Promise<string | undefined> {
  const [row] = await snapshot.select(releasesTable, { where, orderBy: ['-createdAt'], limit: 1 });
  return row?.version;
}
