import { selectAt, type Snapshot } from '@slipway/kernel';
import { type Moment, type MomentQuery, positionOf, type ReadModels } from '@slipway/platform';
import type { CurrentReleases } from '../domain/deletability';
import { currentTable, releaseList } from '../projections/release-list';

/** What runs in the environments of a project, as far as the read model knows, or what ran there at position `upTo`. */
export async function currentReleases(snapshot: Snapshot, project: string, upTo?: bigint): Promise<CurrentReleases> {
  const rows = await selectAt(snapshot, currentTable, { where: { project } }, upTo);
  return Object.fromEntries(rows.map(({ environment, version, since }) => [environment, { version, position: since }]));
}

/** The same, read for itself: of the moment that is asked about, or reflecting what the query asks for. Where neither is said it may lag, and can then only say yes (deletability.ts). */
export async function readCurrent(models: ReadModels, project: string, query: MomentQuery, moment?: Moment): Promise<CurrentReleases> {
  const read = (snapshot: Snapshot) => currentReleases(snapshot, project, moment?.position);
  const needed = moment?.position ?? positionOf(query);
  return needed === undefined ? models.now(releaseList, read) : (await models.from(releaseList, needed, read)).body;
}
