import type { Snapshot } from '@slipway/kernel';
import type { CurrentReleases } from '../domain/deletability';
import { currentTable, formerTable } from '../projections/release-list';

/** What runs in the environments of a project, as far as the read model knows, or what ran there at position `upTo`. */
export async function currentReleases(snapshot: Snapshot, project: string, upTo?: bigint): Promise<CurrentReleases> {
  const rows =
    upTo === undefined
      ? await snapshot.select(currentTable, { where: { project } })
      : [
          ...(await snapshot.select(currentTable, { where: { project, position: { lte: upTo } } })),
          ...(await snapshot.select(formerTable, { where: { project, position: { lte: upTo }, until: { gt: upTo } } })),
        ];
  return Object.fromEntries(rows.map(({ environment, version, position }) => [environment, { version, position }]));
}
