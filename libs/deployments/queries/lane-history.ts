import type { Snapshot } from '@slipway/kernel';
import { type DeploymentRow, deploymentsTable } from '../projections/deployments.tables';

const PAGE = 100;

/** What to go back to, or why there is nothing. */
type Before = { readonly deployment: string } | { readonly none: 'not-ended' | 'never-started' | 'nothing-before' };

/**
 * What a roll back of a deployment goes back to: the latest success in its lane before it ended that was of another release or another variable snapshot.
 * Once it has ended the answer stays the same.
 */
export async function successBefore(snapshot: Snapshot, deployment: string): Promise<Before> {
  const undone = await snapshot.get(deploymentsTable, deployment);
  if (!undone || undone.concluded === null) return { none: 'not-ended' };
  if (!undone.fold.view.startedAt) return { none: 'never-started' };
  for (let before = undone.concluded; ;) {
    const where = { ...successes(undone), concluded: { lt: before } };
    const rows = await snapshot.select(deploymentsTable, { where, orderBy: ['-concluded'], limit: PAGE });
    const other = rows.find((row) => !sameContent(row, undone));
    const last = rows.at(-1)?.concluded ?? null;
    if (other) return { deployment: other.id };
    if (rows.length < PAGE || last === null) return { none: 'nothing-before' };
    before = last;
  }
}

/** Whether a later deployment succeeded in its lane: this one is not what runs there. */
export async function isOvertaken(snapshot: Snapshot, deployment: string): Promise<boolean> {
  const row = await snapshot.get(deploymentsTable, deployment);
  if (!row || row.concluded === null) return false;
  return (await snapshot.count(deploymentsTable, { ...successes(row), concluded: { gt: row.concluded } })) > 0;
}

function successes({ project, environment }: DeploymentRow) {
  return { project, environment, state: 'succeeded' };
}

function sameContent(a: DeploymentRow, b: DeploymentRow): boolean {
  return a.release === b.release && a.fold.view.variablesSnapshot === b.fold.view.variablesSnapshot;
}
