import { canonicalJson, defined, pointerPart } from '@slipway/kernel';

/** One place that differs between two JSON objects: a JSON pointer, and what stands there in each; what one of them lacks is absent. */
export interface FieldChange {
  readonly pointer: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

const MOST_CHANGES = 100;

/** Every place that differs, as deep as possible; where more than a hundred do, whole fields of the objects instead. Lists are compared place by place. */
export function fieldChanges(from: object, to: object): FieldChange[] {
  const changes = differences(from, to, '', Infinity);
  return changes.length > MOST_CHANGES ? differences(from, to, '', 1) : changes;
}

function differences(from: unknown, to: unknown, pointer: string, depth: number): FieldChange[] {
  if (from !== undefined && to !== undefined && canonicalJson(from) === canonicalJson(to)) return [];
  if (depth === 0 || !isContainer(from) || !isContainer(to) || Array.isArray(from) !== Array.isArray(to))
    return [defined({ pointer, from, to })];
  const [before, after] = [new Map(Object.entries(from)), new Map(Object.entries(to))];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) =>
    differences(before.get(key), after.get(key), `${pointer}/${pointerPart(key)}`, depth - 1),
  );
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
