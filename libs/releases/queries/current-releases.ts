import type { Snapshot } from '@slipway/kernel';
import type { CurrentReleases } from '../domain/deletability';
import { currentTable } from '../projections/release-list';

/** What runs in the environments of a project, as far as the read model knows. */
export async function currentReleases(snapshot: Snapshot, project: string): Promise<CurrentReleases> {
  const rows = await snapshot.select(currentTable, { where: { project } });
  return Object.fromEntries(rows.map(({ environment, version, position }) => [environment, { version, position }]));
}
