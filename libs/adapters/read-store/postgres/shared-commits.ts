import { CheckpointMoved } from '@slipway/kernel';
import type { PostgresPool } from '../../postgres/postgres-pool';
import { SharedStatement } from '../../postgres/shared-statement';
import { BatchSql, type Move, type TableChanges } from './batch-sql';

/** A checkpoint and the rows that move with it. */
export interface Commit extends Move {
  readonly tables: readonly TableChanges[];
}

/** Who brings more rows than that gains nothing by company, and would hold it up. */
const MOST_ROWS = 200;

/** Commits of this process: those that arrive while others are on their way share the next statement, and each is judged by its own checkpoint. */
export class SharedCommits {
  private readonly shared = new SharedStatement<Commit, boolean>({
    ask: (commits) => this.send(commits),
    fits: (chosen, next) =>
      chosen.every(({ subscription }) => subscription !== next.subscription) && rowsOf([...chosen, next]) <= MOST_ROWS,
  });

  constructor(private readonly pool: PostgresPool) {}

  /** Errors: CheckpointMoved; those of the pool. */
  async commit(commit: Commit): Promise<void> {
    const moved = rowsOf([commit]) > MOST_ROWS ? (await this.send([commit]))[0] : await this.shared.ask(commit);
    if (!moved) throw new CheckpointMoved(commit.subscription);
  }

  /** One statement. Resolves to whether the checkpoint of each was moved. */
  private async send(commits: readonly Commit[]): Promise<boolean[]> {
    const batch = new BatchSql().move(commits);
    for (const { subscription, tables } of commits) for (const table of tables) batch.change(table, subscription);
    const { rows } = await this.pool.query<{ subscription: string }>(batch.statement());
    const moved = new Set(rows.map(({ subscription }) => subscription));
    return commits.map(({ subscription }) => moved.has(subscription));
  }
}

function rowsOf(commits: readonly Commit[]): number {
  return commits.flatMap(({ tables }) => tables).reduce((sum, { rows, gone }) => sum + rows.length + gone.length, 0);
}
