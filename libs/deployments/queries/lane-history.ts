import type { Snapshot } from '@slipway/kernel';
import { type DeploymentRow, deploymentsTable } from '../projections/deployments.tables';

const PAGE = 100;

/** What to go back to, or why there is nothing. */
type Before = { readonly deployment: string } | { readonly none: 'never-started' | 'overtaken' | 'nothing-before' };

/**
 * What a roll back of a deployment goes back to: the latest success in its lane before it ended that was of another release or another variable snapshot.
 * `overtaken`: a later one succeeded there, so this one is not what runs.
 */
export async function successBefore(snapshot: Snapshot, deployment: string): Promise<Before> {
  const undone = await snapshot.get(deploymentsTable, deployment);
  if (!undone?.fold.view.startedAt || undone.concluded === null) return { none: 'never-started' };
  const { project, environment, concluded: end } = undone;
  const lane = { project, environment, state: 'succeeded' };
  if ((await snapshot.count(deploymentsTable, { ...lane, concluded: { gt: end } })) > 0) return { none: 'overtaken' };
  for (let before = end; ;) {
    const where = { ...lane, concluded: { lt: before } };
    const rows = await snapshot.select(deploymentsTable, { where, orderBy: ['-concluded'], limit: PAGE });
    const other = rows.find((row) => !sameContent(row, undone));
    const last = rows.at(-1)?.concluded ?? null;
    if (other) return { deployment: other.id };
    if (rows.length < PAGE || last === null) return { none: 'nothing-before' };
    before = last;
  }
}

function sameContent(a: DeploymentRow, b: DeploymentRow): boolean {
  return a.release === b.release && a.fold.view.variablesSnapshot === b.fold.view.variablesSnapshot;
}
