import type { AnyTable, ColumnType, Condition, Scalar } from '@slipway/kernel';
import { quoted, type Dialect, type Parameters } from './dialect';

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/** A `Where` of the port, whatever its row. */
export type AnyWhere = Readonly<Record<string, Condition | undefined>>;

/** SQL of a `Where` as a list to be joined with AND; empty for no condition. */
export function conditions(table: AnyTable, where: AnyWhere | undefined, parameters: Parameters, dialect: Dialect): string[] {
  return Object.entries(where ?? {}).flatMap(([column, condition]) => {
    if (condition === undefined) return [];
    const type = table.columns[column];
    if (!type) throw new Error(`${table.name} has no column ${column}`);
    return one({ name: quoted(column), type, parameters, dialect }, condition);
  });
}

export function conjunction(parts: readonly string[]): string {
  return parts.length === 0 ? '1 = 1' : parts.join(' AND ');
}

function disjunction(parts: readonly string[]): string {
  return parts.length === 0 ? '1 = 0' : `(${parts.map((part) => `(${part})`).join(' OR ')})`;
}

interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly parameters: Parameters;
  readonly dialect: Dialect;
}

function one(column: Column, condition: Condition): string[] {
  if (isList(condition)) return [oneOf(column, condition)];
  if (condition === null || typeof condition !== 'object') return [equals(column, condition)];
  return Object.entries(condition).flatMap(([operator, value]) => {
    if (value === undefined) return [];
    if (operator === 'not') return [differs(column, value)];
    if (operator === 'contains') return [contains(column, value)];
    if (operator in COMPARISONS) return [compares(column, COMPARISONS[operator as keyof typeof COMPARISONS], value)];
    throw new Error(`unknown condition ${operator}`);
  });
}

function isList(condition: Condition): condition is readonly Scalar[] {
  return Array.isArray(condition);
}

/** Equality that an index can answer, null included. */
export function equals(column: Column, value: Scalar): string {
  return value === null ? `${column.name} IS NULL` : `${column.name} = ${bind(column, value)}`;
}

function oneOf(column: Column, values: readonly Scalar[]): string {
  const present = values.filter((value) => value !== null).map((value) => bind(column, value));
  const parts = present.length > 0 ? [`${column.name} IN (${present.join(', ')})`] : [];
  return disjunction(values.includes(null) ? [...parts, `${column.name} IS NULL`] : parts);
}

function differs(column: Column, value: Scalar): string {
  return value === null ? `${column.name} IS NOT NULL` : `${column.name} IS DISTINCT FROM ${bind(column, value)}`;
}

function compares(column: Column, operator: string, value: Scalar): string {
  return value === null ? '1 = 0' : `${column.name} ${operator} ${bind(column, value)}`;
}

function contains(column: Column, value: Scalar): string {
  if (column.type !== 'text') throw new Error(`contains asks for a text, ${column.name} is ${column.type}`);
  return column.dialect.contains(column.name, bind(column, value));
}

function bind({ name, type, parameters }: Column, value: Scalar): string {
  if (type === 'json') throw new Error(`${name} holds JSON and can only be compared with null`);
  return parameters.add(type, value);
}
