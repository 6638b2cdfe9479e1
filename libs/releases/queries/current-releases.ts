import { selectAt, type Snapshot } from '@slipway/kernel';
import type { ReadModels } from '@slipway/platform';
import type { CurrentReleases } from '../domain/deletability';
import { currentTable, releaseList } from '../projections/release-list';

/** What runs in the environments of a project, as far as the read model knows, or what ran there at position `upTo`. */
export async function currentReleases(snapshot: Snapshot, project: string, upTo?: bigint): Promise<CurrentReleases> {
  const rows = await selectAt(snapshot, currentTable, { where: { project } }, upTo);
  return Object.fromEntries(rows.map(({ environment, version, since }) => [environment, { version, position: since }]));
}

/** The same, read for itself. Of an earlier position all is known once the read model has passed it. */
export async function readCurrent(models: ReadModels, project: string, upTo: bigint | undefined): Promise<CurrentReleases> {
  const read = (snapshot: Snapshot) => currentReleases(snapshot, project, upTo);
  return upTo === undefined ? models.now(releaseList, read) : (await models.from(releaseList, upTo, read)).body;
}
