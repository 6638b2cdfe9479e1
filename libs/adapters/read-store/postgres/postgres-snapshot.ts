import type { AnyTable, Scalar, Select, Snapshot, Table, Where } from '@slipway/kernel';
import type { QueryArrayConfig } from 'pg';
import type { PostgresConnection } from '../../postgres/postgres-connection';
import { type Sql, quoted } from '../sql/dialect';
import type { RowCodec } from '../sql/row-codec';
import { SelectCompiler } from '../sql/select-sql';
import { unnested } from './batch-sql';
import { postgresDialect, short } from './postgres-dialect';

const compiler = new SelectCompiler(postgresDialect);

/** Reads of one schema inside one transaction. */
export class PostgresSnapshot implements Snapshot {
  constructor(
    readonly position: bigint,
    private readonly connection: PostgresConnection,
    private readonly codecOf: (table: AnyTable) => RowCodec,
  ) {}

  async get<Row extends object>(table: Table<Row>, ...key: Scalar[]): Promise<Row | undefined> {
    const codec = this.codecOf(table);
    const [cells] = await this.all(codec.get(key), `get ${codec.physical}`);
    return cells && codec.decode<Row>(cells);
  }

  async getMany<Row extends object>(table: Table<Row>, keys: readonly (readonly Scalar[])[]): Promise<Row[]> {
    if (keys.length === 0) return [];
    const codec = this.codecOf(table);
    const cells = keys.map((key) => codec.keyCells(key));
    const values = table.key.map((_, index) => cells.map((key) => key[index]));
    const wanted = unnested(table.key.map((column, index) => [table.columns[column], postgresDialect.placeholder(index + 1)] as const));
    const columns = Object.keys(table.columns).map(quoted).join(', ');
    const names = table.key.map(quoted).join(', ');
    const text = `SELECT ${columns} FROM ${postgresDialect.table(codec.physical)} WHERE (${names}) IN (SELECT * FROM ${wanted} AS wanted)`;
    return (await this.all({ text, values })).map((row) => codec.decode<Row>(row));
  }

  async select<Row extends object>(table: Table<Row>, query?: Select<Row>): Promise<Row[]> {
    const codec = this.codecOf(table);
    const sql = compiler.select(table, codec.physical, query as Select<never> | undefined);
    return (await this.all(sql)).map((cells) => codec.decode<Row>(cells));
  }

  async count<Row extends object>(table: Table<Row>, where?: Where<Row>): Promise<number> {
    const [cells] = await this.all(compiler.count(table, this.codecOf(table).physical, where));
    return Number(cells?.[0]);
  }

  private async all({ text, values }: Sql, name?: string): Promise<unknown[][]> {
    const statement: QueryArrayConfig = {
      text,
      values: [...values],
      rowMode: 'array',
      ...(name === undefined ? {} : { name: short(name) }),
    };
    return (await this.connection.query<unknown[]>(statement)).rows;
  }
}
