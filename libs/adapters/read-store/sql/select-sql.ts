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
    const part = (stretch: Stretch): string => {
      const filters = [...conditions(table, query.where, parameters, this.dialect), ...this.within(stretch, parameters)];
      const from = `FROM ${this.dialect.table(physical)} WHERE ${conjunction(filters)}`;
      return `SELECT ${columns} ${from}${orderWithin(stretch, order)}${limit}`;
    };
    const parts = (query.after ? stretchesBehind(order, query.after) : stretchesOf(order, query.limit)).map(part);
    if (parts.length === 1) return { text: parts.join(), values: parameters.values };
    const union = parts.map((text) => `SELECT * FROM (${text}) AS page`).join(' UNION ALL ');
    return { text: `SELECT * FROM (${union}) AS pages${orderWithin({ same: [] }, order)}${limit}`, values: parameters.values };
  }

  count(table: AnyTable, physical: string, where?: AnyWhere): Sql {
    const parameters = new Parameters(this.dialect);
    const filters = conjunction(conditions(table, where, parameters, this.dialect));
    return { text: `SELECT count(*) FROM ${this.dialect.table(physical)} WHERE ${filters}`, values: parameters.values };
  }

  private within({ same, next }: Stretch, parameters: Parameters): string[] {
    const column = (of: OrderColumn) => ({ name: quoted(of.column), type: of.type, parameters, dialect: this.dialect });
    const equal = same.map(([of, value]) => equals(column(of), value));
    if (!next) return equal;
    const { of, behind } = next;
    const beyond = behind === null ? 'IS NOT NULL' : `${of.descending ? '<' : '>'} ${parameters.add(of.type, behind)}`;
    return [...equal, `${quoted(of.column)} ${beyond}`];
  }
}

/**
 * Rows that an index can seek to and deliver in their order, whichever of its ends a database puts nulls at: those that are equal in the order's first columns
 * and, if there is a `next` column, have a value in it: any (`behind` null), or one beyond that.
 */
interface Stretch {
  readonly same: readonly (readonly [OrderColumn, Scalar])[];
  readonly next?: { readonly of: OrderColumn; readonly behind: Scalar };
}

/** All rows, for a page of them those with a value in the first column before those without: nulls last is the order of few indexes. */
function stretchesOf(order: readonly OrderColumn[], limit: number | undefined): Stretch[] {
  const [first] = order;
  if (!first?.nullable || limit === undefined) return [{ same: [] }];
  return [{ same: [], next: { of: first, behind: null } }, { same: [[first, null]] }];
}

/** The rows behind a cursor, nearest first. One condition with ORs would say the same, but makes databases walk every page before this one. */
function stretchesBehind(order: readonly OrderColumn[], after: readonly Scalar[]): Stretch[] {
  checkCursor(order, after);
  const value = (index: number): Scalar => after[index] ?? null;
  return order
    .flatMap((of, index): Stretch[] => {
      const same = order.slice(0, index).map((column, at) => [column, value(at)] as const);
      if (value(index) === null) return [];
      const beyond: Stretch = { same, next: { of, behind: value(index) } };
      return of.nullable ? [{ same: [...same, [of, null]] }, beyond] : [beyond];
    })
    .reverse();
}

/** Only what still differs inside a stretch. */
function orderWithin({ same, next }: Stretch, order: readonly OrderColumn[]): string {
  const terms = order.slice(same.length).map(({ column, descending, nullable }) => {
    const nulls = nullable && column !== next?.of.column ? ' NULLS LAST' : '';
    return `${quoted(column)}${descending ? ' DESC' : ''}${nulls}`;
  });
  return terms.length > 0 ? ` ORDER BY ${terms.join(', ')}` : '';
}

function limitOf(limit: number | undefined): string {
  if (limit === undefined) return '';
  if (!Number.isSafeInteger(limit) || limit < 0) throw new Error(`limit must be a whole number from 0, not ${limit}`);
  return ` LIMIT ${limit}`;
}
