import type { AnyTable, Schema } from '@slipway/kernel';
import { schemaName } from '@slipway/kernel';
import { quoted, type Dialect } from './dialect';

/** A table's name in the database: two versions of a schema stand side by side. */
export function physicalName(schema: Schema, table: AnyTable): string {
  return `${schemaName(schema)}.${table.name}`;
}

/** What must not change under a table: compared as text. */
export function definitionOf(table: AnyTable): string {
  return JSON.stringify({ columns: Object.fromEntries(Object.entries(table.columns).sort()), key: table.key });
}

export function createTable(table: AnyTable, physical: string, dialect: Dialect): string {
  const columns = Object.entries(table.columns).map(([column, type]) => {
    return `${quoted(column)} ${dialect.columnType(type)}${table.key.includes(column) ? ' NOT NULL' : ''}`;
  });
  const key = `PRIMARY KEY (${table.key.map(quoted).join(', ')})`;
  return `CREATE TABLE ${quoted(physical)} (${[...columns, key].join(', ')})${dialect.tableSuffix}`;
}

/** Indexes end with the key, so that they deliver the whole order of a query. */
export function createIndexes(table: AnyTable, physical: string): string[] {
  return (table.indexes ?? []).map((columns) => {
    const all = [...columns, ...table.key.filter((column) => !columns.includes(column))];
    return `CREATE INDEX IF NOT EXISTS ${quoted(`${physical}(${columns.join(',')})`)} ON ${quoted(physical)} (${all.map(quoted).join(', ')})`;
  });
}

export function upsertSql(table: AnyTable, physical: string, dialect: Dialect): string {
  const columns = Object.keys(table.columns);
  const values = columns.map((_, index) => dialect.placeholder(index + 1)).join(', ');
  const others = columns.filter((column) => !table.key.includes(column)).map((column) => `${quoted(column)} = excluded.${quoted(column)}`);
  const action = others.length > 0 ? `UPDATE SET ${others.join(', ')}` : 'NOTHING';
  const target = table.key.map(quoted).join(', ');
  return `INSERT INTO ${quoted(physical)} (${columns.map(quoted).join(', ')}) VALUES (${values}) ON CONFLICT (${target}) DO ${action}`;
}

export function deleteSql(table: AnyTable, physical: string, dialect: Dialect): string {
  return `DELETE FROM ${quoted(physical)} WHERE ${keyEquals(table, dialect)}`;
}

export function getSql(table: AnyTable, physical: string, dialect: Dialect): string {
  return `SELECT ${Object.keys(table.columns).map(quoted).join(', ')} FROM ${quoted(physical)} WHERE ${keyEquals(table, dialect)}`;
}

function keyEquals(table: AnyTable, dialect: Dialect): string {
  return table.key.map((column, index) => `${quoted(column)} = ${dialect.placeholder(index + 1)}`).join(' AND ');
}
