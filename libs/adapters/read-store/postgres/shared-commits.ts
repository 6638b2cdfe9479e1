import { CheckpointMoved, isRetryable } from '@slipway/kernel';
import type { PostgresPool } from '../../postgres/postgres-pool';
import { BatchSql, type Move, type TableChanges } from './batch-sql';

/** A checkpoint and the rows that move with it. */
export interface Commit extends Move {
  readonly tables: readonly TableChanges[];
}

interface Waiting {
  readonly commit: Commit;
  readonly resolve: (committed?: Promise<void>) => void;
  readonly reject: (error: unknown) => void;
}

/** Who brings more rows than that gains nothing by company, and would hold it up. */
const MOST_ROWS = 200;

/** Commits of this process: those that arrive while others are on their way share the next statement, and each is judged by its own checkpoint. */
export class SharedCommits {
  private waiting: Waiting[] = [];
  private writing = false;

  constructor(private readonly pool: PostgresPool) {}

  /** Errors: CheckpointMoved; those of the pool. */
  async commit(commit: Commit): Promise<void> {
    if (rowsOf(commit) > MOST_ROWS) return this.alone(commit);
    const committed = new Promise<void>((resolve, reject) => this.waiting.push({ commit, resolve, reject }));
    if (!this.writing) void this.writeAll();
    return committed;
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      // What is asked for in one turn goes together.
      await new Promise((resolve) => setImmediate(resolve));
      await this.write(this.nextGroup());
    }
    this.writing = false;
  }

  /** Those first in line, each subscription once. */
  private nextGroup(): Waiting[] {
    const subscriptions = new Set<string>();
    let [count, rows] = [0, 0];
    for (const { commit } of this.waiting) {
      rows += rowsOf(commit);
      if (subscriptions.has(commit.subscription) || rows > MOST_ROWS) break;
      subscriptions.add(commit.subscription);
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    try {
      const moved = await this.send(group.map(({ commit }) => commit));
      for (const { commit, resolve, reject } of group)
        if (moved.has(commit.subscription)) resolve();
        else reject(new CheckpointMoved(commit.subscription));
    } catch (error) {
      // Rows of one of them that the server refuses are no matter of the others.
      if (group.length > 1 && !isRetryable(error)) for (const { commit, resolve } of group) resolve(this.alone(commit));
      else for (const { reject } of group) reject(error);
    }
  }

  private async alone(commit: Commit): Promise<void> {
    const moved = await this.send([commit]);
    if (moved.size === 0) throw new CheckpointMoved(commit.subscription);
  }

  /** One statement. Resolves to the subscriptions whose checkpoints it moved. */
  private async send(commits: readonly Commit[]): Promise<Set<string>> {
    const batch = new BatchSql().move(commits);
    for (const { subscription, tables } of commits) for (const table of tables) batch.change(table, subscription);
    const { rows } = await this.pool.query<{ subscription: string }>(batch.statement());
    return new Set(rows.map(({ subscription }) => subscription));
  }
}

function rowsOf({ tables }: Commit): number {
  return tables.reduce((sum, { rows, gone }) => sum + rows.length + gone.length, 0);
}
