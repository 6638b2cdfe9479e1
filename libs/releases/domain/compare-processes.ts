import { defined } from '@slipway/kernel';
import { nameKey, type Step } from '@slipway/projects/contract';
import { type FieldChange, fieldChanges } from './field-changes';

/** What became of a step; a changed one may have moved too. Steps are told apart by name, whatever the case. */
export interface StepChange {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed' | 'moved';
  /** Its place in each process, from 1. */
  readonly from?: number;
  readonly to?: number;
  readonly moved: boolean;
  readonly fields: readonly FieldChange[];
}

/** The steps that are not the same in both, in the order of the later process, those that are gone at the end. */
export function stepChanges(before: readonly Step[], after: readonly Step[]): StepChange[] {
  const places = new Map(before.map((step, at) => [nameKey(step.name), at]));
  const came = after.map(({ name }) => places.get(nameKey(name)));
  const stayed = longestRising(came);
  const kept = after.flatMap((step, at): StepChange[] => {
    const place = came[at];
    const earlier = place === undefined ? undefined : before[place];
    if (place === undefined || !earlier)
      return [{ name: step.name, change: 'added', to: at + 1, moved: false, fields: fieldChanges({}, step) }];
    const fields = fieldChanges(earlier, step);
    const moved = !stayed.has(place);
    if (fields.length === 0 && !moved) return [];
    return [{ name: step.name, change: fields.length > 0 ? 'changed' : 'moved', from: place + 1, to: at + 1, moved, fields }];
  });
  const gone = before.flatMap((step, at): StepChange[] =>
    came.includes(at) ? [] : [{ name: step.name, change: 'removed', from: at + 1, moved: false, fields: fieldChanges(step, {}) }],
  );
  return [...kept, ...gone].map((change) => defined(change));
}

/** The longest row of places that still stand in their old order: whatever is not in it has moved. */
function longestRising(places: readonly (number | undefined)[]): Set<number> {
  let rows: number[][] = [];
  for (const place of places) {
    if (place === undefined) continue;
    const longest = rows
      .filter((row) => (row.at(-1) ?? -1) < place)
      .reduce<number[]>((best, row) => (row.length > best.length ? row : best), []);
    rows = [...rows, [...longest, place]];
  }
  return new Set(rows.reduce<number[]>((best, row) => (row.length > best.length ? row : best), []));
}
