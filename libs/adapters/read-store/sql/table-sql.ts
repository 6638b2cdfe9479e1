import { type AnyTable, InfrastructureError, type Schema, schemaName } from '@slipway/kernel';
import { quoted, type Dialect } from './dialect';

/** A table's name in the database: two versions of a schema stand side by side. */
export function physicalName(schema: Schema, table: AnyTable): string {
  return `${schemaName(schema)}.${table.name}`;
}

/** What must not change under a table: compared as text. */
export function definitionOf(table: AnyTable): string {
  return JSON.stringify({ columns: Object.fromEntries(Object.entries(table.columns).sort()), key: table.key });
}

/** Errors: InfrastructureError `read-store.schema-changed` (not retryable) when the table was made as something else than the code has now. */
export function checkDefinition(table: AnyTable, physical: string, found: string): void {
  if (found === definitionOf(table)) return;
  const what = `table ${physical} was created with other columns or another key than the code has now`;
  throw new InfrastructureError('read-store.schema-changed', `${what}: raise the version of its schema`, false);
}

export function createTable(table: AnyTable, physical: string, dialect: Dialect): string {
  const columns = Object.entries(table.columns).map(([column, type]) => {
    return `${quoted(column)} ${dialect.columnType(type)}${table.key.includes(column) ? ' NOT NULL' : ''}`;
  });
  const key = `PRIMARY KEY (${table.key.map(quoted).join(', ')})`;
  return `CREATE TABLE ${dialect.table(physical)} (${[...columns, key].join(', ')})${dialect.tableSuffix}`;
}

/** Indexes end with the key, so that they deliver the whole order of a query. */
export function createIndexes(table: AnyTable, physical: string, dialect: Dialect): string[] {
  return (table.indexes ?? []).map((columns) => {
    const all = [...columns, ...table.key.filter((column) => !columns.includes(column))];
    const name = dialect.name(`${physical}(${columns.join(',')})`);
    return `CREATE INDEX IF NOT EXISTS ${name} ON ${dialect.table(physical)} (${all.map(quoted).join(', ')})`;
  });
}

export function upsertSql(table: AnyTable, physical: string, dialect: Dialect): string {
  const columns = Object.keys(table.columns);
  const values = columns.map((_, index) => dialect.placeholder(index + 1)).join(', ');
  return `INSERT INTO ${dialect.table(physical)} (${columns.map(quoted).join(', ')}) VALUES (${values}) ${onConflict(table)}`;
}

/** What becomes of a row whose key is there already: it is replaced. */
export function onConflict(table: AnyTable): string {
  const others = Object.keys(table.columns).filter((column) => !table.key.includes(column));
  const replaced = others.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ');
  return `ON CONFLICT (${table.key.map(quoted).join(', ')}) DO ${replaced ? `UPDATE SET ${replaced}` : 'NOTHING'}`;
}

export function deleteSql(table: AnyTable, physical: string, dialect: Dialect): string {
  return `DELETE FROM ${dialect.table(physical)} WHERE ${keyEquals(table, dialect)}`;
}

export function getSql(table: AnyTable, physical: string, dialect: Dialect): string {
  return `SELECT ${Object.keys(table.columns).map(quoted).join(', ')} FROM ${dialect.table(physical)} WHERE ${keyEquals(table, dialect)}`;
}

function keyEquals(table: AnyTable, dialect: Dialect): string {
  return table.key.map((column, index) => `${quoted(column)} = ${dialect.placeholder(index + 1)}`).join(' AND ');
}
