import { VariableResolver } from './resolver';
import type { Variable, VariableContext } from './variable';

/** Values without a scope, by name. */
export function variablesOf(values: Readonly<Record<string, string>>): Variable[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** The expanded text of one variable in a context. */
export function resolveVariable(variables: readonly Variable[], name: string, context: VariableContext): string | undefined {
  return new VariableResolver(variables, context).resolve(name);
}

/** All variables of a context, and what became empty text. */
export function resolveAll(variables: readonly Variable[], context: VariableContext) {
  const resolver = new VariableResolver(variables, context);
  return { values: resolver.all(), warnings: resolver.warnings };
}
