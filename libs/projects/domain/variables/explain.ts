import { VariableResolver } from './resolver';
import { compareRanks, describeScope, mismatch, rankOf } from './scope';
import type { Variable, VariableContext, VariableScope } from './variable';

/** One value that a variable could have had, as stored (not expanded). `rank` as in scope.ts. */
export interface Candidate {
  readonly value: string;
  readonly scope: VariableScope;
  readonly source: 'project';
  readonly rank: readonly number[];
  readonly matches: boolean;
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
  const { value, scope = {} } = variable;
  const wrong = mismatch(scope, context);
  const rank = rankOf(scope, context);
  const lostBecause = variable === chosen || !chosen ? wrong : (wrong ?? lost(rank, chosen, context));
  return { value, scope, source: 'project', rank, matches: wrong === undefined, ...(lostBecause !== undefined && { lostBecause }) };
}

function lost(rank: readonly number[], chosen: Variable, context: VariableContext): string {
  const tie = compareRanks(rank, rankOf(chosen.scope, context)) === 0;
  return `the value with ${describeScope(chosen.scope)} ${tie ? 'has the same rank and stands before it' : 'ranks higher'}`;
}
