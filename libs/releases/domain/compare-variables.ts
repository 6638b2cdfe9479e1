import { canonicalJson, defined } from '@slipway/kernel';
import { nameKey, type Variable } from '@slipway/projects/contract';

/** One value of a variable without name and scope, by which it is told apart. */
type Value = Omit<Variable, 'name' | 'scope'>;

export interface VariableChange {
  readonly name: string;
  readonly scope?: Variable['scope'];
  readonly change: 'added' | 'removed' | 'changed';
  readonly from?: Value;
  readonly to?: Value;
}

/** The values that are not the same in both, in the order of the later snapshot, those that are gone at the end. */
export function variableChanges(before: readonly Variable[], after: readonly Variable[]): VariableChange[] {
  const earlier = new Map(before.map((variable) => [identity(variable), variable]));
  const later = new Set(after.map(identity));
  const kept = after.flatMap((variable): VariableChange[] => {
    const known = earlier.get(identity(variable));
    if (!known) return [{ ...place(variable), change: 'added', to: valueOf(variable) }];
    const [from, to] = [valueOf(known), valueOf(variable)];
    return canonicalJson(from) === canonicalJson(to) ? [] : [{ ...place(variable), change: 'changed', from, to }];
  });
  const gone = before
    .filter((variable) => !later.has(identity(variable)))
    .map((variable): VariableChange => ({ ...place(variable), change: 'removed', from: valueOf(variable) }));
  return [...kept, ...gone];
}

/** Names and entries of scopes differ in more than case, and lists of a scope have no order. A project and its sets may hold values for one place. */
function identity({ name, scope, set = '' }: Variable): string {
  const lists = Object.entries<readonly string[] | undefined>({ ...scope }).map(([type, entries = []]) => [
    type,
    entries.map(nameKey).sort(),
  ]);
  return canonicalJson([nameKey(name), Object.fromEntries(lists), set]);
}

function place({ name, scope }: Variable): Pick<Variable, 'name' | 'scope'> {
  return defined({ name, scope });
}

function valueOf({ name: _, scope: __, ...value }: Variable): Value {
  return value;
}
