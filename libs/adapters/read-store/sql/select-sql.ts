import { checkCursor, orderOf, type AnyTable, type OrderColumn, type Scalar, type Select } from '@slipway/kernel';
import { type AnyWhere, conditions, conjunction, equals } from './conditions';
import { Parameters, quoted, type Dialect, type Sql } from './dialect';

/** Compiles queries of the port for one database. `physical` is the table's name in the database. */
export class SelectCompiler {
  constructor(private readonly dialect: Dialect) {}

  select(table: AnyTable, physical: string, query: Select<never> = {}): Sql {
    const parameters = new Parameters(this.dialect);
    const order = orderOf(table, query);
    const limit = limitOf(query.limit);
    const columns = Object.keys(table.columns).map(quoted).join(', ');
    const tail = `ORDER BY ${order.map(orderTerm).join(', ')}${limit}`;
    const part = (behind: Behind | undefined, parenthesised: boolean): string => {
      const filters = [...conditions(table, query.where, parameters, this.dialect), ...(behind ? this.behind(behind, parameters) : [])];
      const text = `SELECT ${columns} FROM ${this.dialect.table(physical)} WHERE ${conjunction(filters)} ${tail}`;
      return parenthesised ? `SELECT * FROM (${text}) AS page` : text;
    };
    const places = query.after ? placesBehind(order, query.after) : [undefined];
    if (places.length === 1) return { text: part(places[0], false), values: parameters.values };
    const union = places.map((place) => part(place, true)).join(' UNION ALL ');
    return { text: `SELECT * FROM (${union}) AS pages ${tail}`, values: parameters.values };
  }

  count(table: AnyTable, physical: string, where?: AnyWhere): Sql {
    const parameters = new Parameters(this.dialect);
    const filters = conjunction(conditions(table, where, parameters, this.dialect));
    return { text: `SELECT count(*) FROM ${this.dialect.table(physical)} WHERE ${filters}`, values: parameters.values };
  }

  private behind({ same, next }: Behind, parameters: Parameters): string[] {
    const column = (of: OrderColumn) => ({ name: quoted(of.column), type: of.type, parameters, dialect: this.dialect });
    const equal = same.map(([of, value]) => equals(column(of), value));
    if (next.value === null) return [...equal, `${quoted(next.of.column)} IS NULL`];
    return [...equal, `${quoted(next.of.column)} ${next.of.descending ? '<' : '>'} ${parameters.add(next.of.type, next.value)}`];
  }
}

/** A stretch of rows behind a cursor: equal to it in the first columns, then beyond its value (or, null, among the nulls at the end). */
interface Behind {
  readonly same: readonly (readonly [OrderColumn, Scalar])[];
  readonly next: { readonly of: OrderColumn; readonly value: Scalar };
}

/**
 * The rows behind a cursor as stretches that an index can each seek to, nearest first. One condition with ORs would say the same, but makes
 * SQLite walk every page before this one.
 */
function placesBehind(order: readonly OrderColumn[], after: readonly Scalar[]): Behind[] {
  checkCursor(order, after);
  const value = (index: number): Scalar => after[index] ?? null;
  return order
    .flatMap((of, index): Behind[] => {
      const same = order.slice(0, index).map((column, at) => [column, value(at)] as const);
      if (value(index) === null) return [];
      const beyond: Behind = { same, next: { of, value: value(index) } };
      return of.nullable ? [{ same, next: { of, value: null } }, beyond] : [beyond];
    })
    .reverse();
}

function orderTerm({ column, descending, nullable }: OrderColumn): string {
  return `${quoted(column)}${descending ? ' DESC' : ''}${nullable ? ' NULLS LAST' : ''}`;
}

function limitOf(limit: number | undefined): string {
  if (limit === undefined) return '';
  if (!Number.isSafeInteger(limit) || limit < 0) throw new Error(`limit must be a whole number from 0, not ${limit}`);
  return ` LIMIT ${limit}`;
}
