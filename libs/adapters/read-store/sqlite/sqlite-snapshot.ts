import type { AnyTable, Scalar, Select, Snapshot, Table, Where } from '@slipway/kernel';
import type { RowCodec } from '../sql/row-codec';
import { SelectCompiler } from '../sql/select-sql';
import type { SqliteConnection } from './sqlite-connection';
import { sqliteDialect } from './sqlite-dialect';

const compiler = new SelectCompiler(sqliteDialect);

/** Reads of one schema; the gate keeps writers away while it is used. */
export class SqliteSnapshot implements Snapshot {
  constructor(
    readonly position: bigint,
    private readonly connection: SqliteConnection,
    private readonly codecOf: (table: AnyTable) => RowCodec,
  ) {}

  async get<Row extends object>(table: Table<Row>, ...key: Scalar[]): Promise<Row | undefined> {
    return this.one<Row>(this.codecOf(table), key);
  }

  // No network between us and the rows: a prepared read per key costs no more than one long list.
  async getMany<Row extends object>(table: Table<Row>, keys: readonly (readonly Scalar[])[]): Promise<Row[]> {
    const codec = this.codecOf(table);
    const wanted = new Map(keys.map((key) => [key.map((value) => `${typeof value}:${value}`).join('\n'), key]));
    return [...wanted.values()].map((key) => this.one<Row>(codec, key)).filter((row) => row !== undefined);
  }

  async select<Row extends object>(table: Table<Row>, query?: Select<Row>): Promise<Row[]> {
    const codec = this.codecOf(table);
    const sql = compiler.select(table, codec.physical, query as Select<never> | undefined);
    return this.connection.all(sql).map((cells) => codec.decode<Row>(cells));
  }

  async count<Row extends object>(table: Table<Row>, where?: Where<Row>): Promise<number> {
    const sql = compiler.count(table, this.codecOf(table).physical, where);
    return Number(this.connection.all(sql)[0]?.[0]);
  }

  private one<Row>(codec: RowCodec, key: readonly Scalar[]): Row | undefined {
    const cells = this.connection.all(codec.get(key))[0];
    return cells && codec.decode<Row>(cells);
  }
}
