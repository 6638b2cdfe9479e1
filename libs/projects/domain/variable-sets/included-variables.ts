import { DomainError } from '@slipway/kernel';
import type { Variable } from '../variables/variable';
import { sharedProblems } from '../variables/variable-set';

/** The values of one set, by its slug. */
export interface IncludedSet {
  readonly slug: string;
  readonly variables: readonly Variable[];
}

/** The project's values, then those of each set in the order included: of equal rank the first wins, so the project beats its sets. */
export function withSets(variables: readonly Variable[], sets: readonly IncludedSet[]): Variable[] {
  return [...variables, ...sets.flatMap(({ slug, variables: shared }) => shared.map((variable) => ({ ...variable, set: slug })))];
}

/**
 * Refuses values that together could not be frozen. It is asked when a release takes them: a set changes under the projects that include it, and a change of one
 * project's set must not be refused for another project. Errors: DomainError `release.variables` (conflict; facts `problems`).
 */
export function checkTogether(variables: readonly Variable[]): void {
  if (variables.every(({ set }) => set === undefined)) return;
  const problems = sharedProblems(variables);
  if (problems.length === 0) return;
  const message = `The project's variables and those of its sets cannot be released together: ${problems.join('; ')}.`;
  throw new DomainError('conflict', 'release.variables', message, { problems });
}
