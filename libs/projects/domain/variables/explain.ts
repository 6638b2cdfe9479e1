import { defined } from '@slipway/kernel';
import { VariableResolver } from './resolver';
import { compareRanks, describeScope, mismatch, rankOf } from './scope';
import type { Variable, VariableContext, VariableScope } from './variable';
import { sourceOf } from './variable-set';

/** One value that a variable could have had, as stored (not expanded). `rank` as in scope.ts. */
export interface Candidate {
  readonly value: string;
  readonly scope: VariableScope;
  /** `project`, or `library:<slug>` of a variable set. */
  readonly source: string;
  readonly rank: readonly number[];
  readonly matches: boolean;
  /** The label of the question whose answer it gives way to in a deployment. */
  readonly prompt?: string;
  readonly lostBecause?: string;
}

export interface Explain {
  readonly name: string;
  readonly winner?: Candidate;
  readonly candidates: readonly Candidate[];
}

/** Why a variable has the value it has in a context: every value of it, in the order defined. A name nobody defined has no candidates. */
export function explain(variables: readonly Variable[], name: string, context: VariableContext): Explain {
  const resolver = new VariableResolver(variables, context);
  const chosen = resolver.winner(name);
  const explained = resolver.candidates(name).map((variable) => ({ variable, candidate: candidateOf(variable, chosen, context) }));
  const winner = explained.find(({ variable }) => variable === chosen)?.candidate;
  return {
    name: explained[0]?.variable.name ?? name,
    ...(winner && { winner }),
    candidates: explained.map(({ candidate }) => candidate),
  };
}

function candidateOf(variable: Variable, chosen: Variable | undefined, context: VariableContext): Candidate {
  const { value, scope = {}, prompt } = variable;
  const wrong = mismatch(scope, context);
  const rank = rankOf(scope, context);
  const lostBecause = variable === chosen || !chosen ? wrong : (wrong ?? lost(variable, chosen, context));
  return defined({ value, scope, source: sourceOf(variable), rank, matches: wrong === undefined, prompt: prompt?.label, lostBecause });
}

function lost(variable: Variable, chosen: Variable, context: VariableContext): string {
  const winner = `the value with ${describeScope(chosen.scope)}${chosen.set === variable.set ? '' : ` of ${sourceOf(chosen)}`}`;
  if (compareRanks(rankOf(variable.scope, context), rankOf(chosen.scope, context)) !== 0) return `${winner} ranks higher`;
  if (chosen.set === variable.set) return `${winner} has the same rank and stands before it`;
  return `${winner} has the same rank, and ${chosen.set === undefined ? 'the project beats its sets' : 'its set is included before this one'}`;
}
