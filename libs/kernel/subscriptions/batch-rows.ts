import type { Rows } from '../projection';
import type { AnyTable, ReadStore, RowChange, Scalar, Schema, Table } from '../ports/read-store';
import type { KeptRows } from './kept-rows';

interface Cell {
  readonly key: readonly Scalar[];
  readonly row: object | null;
  readonly changed: boolean;
}

/** The rows that a batch has touched: read through what is kept to the store, held in memory, written back once. */
export class BatchRows implements Rows {
  private readonly tables = new Map<AnyTable, Map<string, Cell>>();
  /** How to take back what the event at hand did. */
  private undo: (() => void)[] = [];

  constructor(
    private readonly schema: Schema,
    private readonly readStore: ReadStore,
    private readonly kept: KeptRows,
  ) {}

  async get<Row extends object>(table: Table<Row>, ...key: Scalar[]): Promise<Row | undefined> {
    const cells = this.cellsOf(table);
    const id = idOf(key);
    if (!cells.has(id)) {
      const kept = this.kept.find(table, id);
      const row = kept ? kept.row : await this.readStore.read(this.schema, (snapshot) => snapshot.get(table, ...key));
      // Put meanwhile by the same handler: that one is newer.
      if (!cells.has(id)) cells.set(id, { key, row: row ?? null, changed: false });
    }
    return (cells.get(id)?.row ?? undefined) as Row | undefined;
  }

  put<Row extends object>(table: Table<Row>, row: Row): void {
    const given = row as Readonly<Record<string, unknown>>;
    const whole: Record<string, unknown> = {};
    // As the store would give it back, so that it makes no difference whether a later event is in the same batch.
    for (const column in table.columns) whole[column] = given[column] ?? null;
    this.change(
      table,
      table.key.map((column) => whole[column] as Scalar),
      whole,
    );
  }

  delete<Row extends object>(table: Table<Row>, ...key: Scalar[]): void {
    this.change(table, key, null);
  }

  /** The event at hand is applied. */
  keep(): void {
    this.undo = [];
  }

  /** The event at hand could not be applied: nothing of it stays. */
  discard(): void {
    for (const step of this.undo.reverse()) step();
    this.undo = [];
  }

  changes(): RowChange[] {
    return [...this.tables].flatMap(([table, cells]) =>
      [...cells.values()].filter(({ changed }) => changed).map(({ key, row }): RowChange => ({ table, key, row })),
    );
  }

  /** The changes are in the store: whoever reads these rows next need not ask it. */
  saved(): void {
    for (const [table, cells] of this.tables) for (const [id, { row }] of cells) this.kept.keep(table, id, row);
  }

  private change(table: AnyTable, key: readonly Scalar[], row: object | null): void {
    const cells = this.cellsOf(table);
    const id = idOf(key);
    const before = cells.get(id);
    this.undo.push(() => (before ? cells.set(id, before) : cells.delete(id)));
    cells.set(id, { key, row, changed: true });
  }

  private cellsOf(table: AnyTable): Map<string, Cell> {
    let cells = this.tables.get(table);
    if (!cells) this.tables.set(table, (cells = new Map<string, Cell>()));
    return cells;
  }
}

function idOf(key: readonly Scalar[]): string {
  const [only] = key;
  if (key.length === 1 && typeof only === 'string') return only;
  return JSON.stringify(key.map((value) => (typeof value === 'bigint' ? value.toString() : value)));
}
