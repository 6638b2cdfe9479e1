import { nameKey, type VariableContext, type VariableScope } from './variable';

interface ScopeType {
  readonly list: keyof VariableScope;
  readonly word: string;
  readonly held: (context: VariableContext) => readonly string[];
}

const one = (value: string | undefined) => (value === undefined ? [] : [value]);

/** The types of a scope, highest rank first (domain.md §4). */
export const SCOPE_TYPES: readonly ScopeType[] = [
  { list: 'steps', word: 'step', held: ({ step }) => one(step) },
  { list: 'roles', word: 'role', held: ({ roles }) => roles },
  { list: 'environments', word: 'environment', held: ({ environment }) => one(environment) },
  { list: 'channels', word: 'channel', held: ({ channel }) => one(channel) },
];

/** The entries of one type, folded; empty when the scope does not ask for it. */
export function entries(scope: VariableScope | undefined, list: keyof VariableScope): string[] {
  return (scope?.[list] ?? []).map(nameKey);
}

/** Why a scope does not apply in a context; undefined when it does. */
export function mismatch(scope: VariableScope | undefined, context: VariableContext): string | undefined {
  for (const { list, word, held } of SCOPE_TYPES) {
    const asked = entries(scope, list);
    if (asked.length === 0) continue;
    const has = held(context);
    if (has.length === 0) return `it is scoped to ${word} ${scope?.[list]?.join(' or ')}, and the context has no ${word}`;
    if (!has.some((entry) => asked.includes(nameKey(entry))))
      return `it is scoped to ${word} ${scope?.[list]?.join(' or ')}, not ${has.join(' or ')}`;
  }
  return undefined;
}

/**
 * Rank vector, compared left to right, greater first: 1 or 0 for step, role, environment, channel; then, among values for different roles of a step that
 * has several, a greater number for the role that the step names earlier. The last place keeps one value per role usable without ever leaving a tie.
 */
export function rankOf(scope: VariableScope | undefined, context: VariableContext): number[] {
  const roles = entries(scope, 'roles');
  const first = context.roles.findIndex((role) => roles.includes(nameKey(role)));
  return [...scopedBy(scope), first < 0 ? 0 : context.roles.length - first];
}

/** The part of the rank vector that no context changes. */
export function scopedBy(scope: VariableScope | undefined): number[] {
  return SCOPE_TYPES.map(({ list }) => (scope?.[list]?.length ? 1 : 0));
}

/** Negative when `a` ranks before `b`, 0 when they tie. */
export function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((place, index) => place !== b[index]);
  return at < 0 ? 0 : (b[at] ?? 0) - (a[at] ?? 0);
}

/** In words, e.g. `environment production or staging and role web`; `no scope`. */
export function describeScope(scope: VariableScope | undefined): string {
  const words = SCOPE_TYPES.flatMap(({ list, word }) => (scope?.[list]?.length ? [`${word} ${scope[list].join(' or ')}`] : []));
  return words.join(' and ') || 'no scope';
}
