import { DomainError } from '@slipway/kernel';
import { compareRanks, mismatch, rankOf } from './scope';
import { parseTemplate, render, type Template } from './template';
import { MAX_NAME_LENGTH, nameKey, type Variable, type VariableContext } from './variable';

/** Characters that one expanded text may take from variables, and that all values of one context may have: they end doubling bombs. */
export const MAX_EXPANDED = 256 * 1024;
export const MAX_EXPANDED_TOTAL = 4 * MAX_EXPANDED;
const MAX_WARNINGS = 100;

/**
 * The one resolver: tasks, previews and `explain` ask it. It remembers what it expanded, so use one for all texts of one context.
 * Errors of everything that expands: DomainError `variables.cycle` (facts `path`), `variables.expansion-too-large`, and those of parseTemplate.
 */
export class VariableResolver {
  private readonly byName: ReadonlyMap<string, readonly Variable[]>;
  private readonly winners = new Map<string, Variable | undefined>();
  private readonly expanded = new Map<string, string>();
  private readonly warned = new Set<string>();
  private size = 0;

  constructor(
    variables: readonly Variable[],
    private readonly context: VariableContext,
  ) {
    const byName = new Map<string, Variable[]>();
    for (const variable of variables) {
      const same = byName.get(nameKey(variable.name));
      if (same) same.push(variable);
      else byName.set(nameKey(variable.name), [variable]);
    }
    this.byName = byName;
  }

  /** What became empty text, in words, in the order found; at most 100. */
  get warnings(): string[] {
    return [...this.warned];
  }

  /** Every value of a name, in the order defined. */
  candidates(name: string): readonly Variable[] {
    return this.byName.get(nameKey(name)) ?? [];
  }

  /** The value that applies: of those that match the one of highest rank; a saved set has no ties, in any other the first wins. */
  winner(name: string): Variable | undefined {
    const key = nameKey(name);
    if (!this.winners.has(key)) this.winners.set(key, this.best(this.candidates(name)));
    return this.winners.get(key);
  }

  /** The expanded text of a variable; undefined when no value of it applies here. */
  resolve(name: string): string | undefined {
    if (!this.winner(name)) return undefined;
    this.settle([nameKey(name)]);
    return this.expanded.get(nameKey(name));
  }

  /** Every variable that has a value here, by its name as first defined. */
  all(): Record<string, string> {
    const values = [...this.byName].flatMap(([key, [first]]) => {
      const text = this.resolve(key);
      return text === undefined || !first ? [] : [[first.name, text] as const];
    });
    return Object.fromEntries(values);
  }

  /** Expands a text of somebody else, e.g. of a step's input; `what` names it in warnings and errors. */
  expand(text: string, what = 'the text'): string {
    const template = parseTemplate(text);
    for (;;) {
      const missing = new Set<string>();
      const done = this.attempt(template, what, missing);
      if (done !== undefined) return done;
      this.settle([...missing]);
    }
  }

  private best(candidates: readonly Variable[]): Variable | undefined {
    return candidates
      .filter(({ scope }) => mismatch(scope, this.context) === undefined)
      .map((variable) => ({ variable, rank: rankOf(variable.scope, this.context) }))
      .sort((a, b) => compareRanks(a.rank, b.rank))[0]?.variable;
  }

  /** Expands the named variables and all they need, without recursion: chains may be as long as the set. */
  private settle(wanted: string[]): void {
    const open = new Map<string, Template>();
    for (let key = wanted.at(-1); key !== undefined; key = wanted.at(-1)) {
      const winner = this.expanded.has(key) ? undefined : this.winner(key);
      if (!winner) {
        if (!this.expanded.has(key)) this.expanded.set(key, '');
        wanted.pop();
        continue;
      }
      const template = open.get(key) ?? parseTemplate(winner.value);
      open.set(key, template);
      const missing = new Set<string>();
      const text = this.attempt(template, winner.name, missing);
      if (text !== undefined) {
        this.keep(key, text, winner.name);
        open.delete(key);
        wanted.pop();
      }
      for (const need of missing) {
        if (open.has(need)) throw this.cycle([...open.keys()], need);
        wanted.push(need);
      }
    }
  }

  /** The text, or undefined and what is still missing for it. Counts what names take too, so that no text costs more than it may hold. */
  private attempt(template: Template, what: string, missing: Set<string>): string | undefined {
    let taken = 0;
    const empty = new Set<string>();
    const text = render(template, (name) => {
      if (name.length > MAX_NAME_LENGTH) {
        empty.add(`${name.slice(0, MAX_NAME_LENGTH)}…`);
        return '';
      }
      const key = nameKey(name);
      const value = this.expanded.get(key);
      if (value === undefined) missing.add(key);
      else if (value === '' && !this.winner(key)) empty.add(name);
      taken += value?.length ?? 0;
      if (taken > MAX_EXPANDED) throw tooLarge(what, MAX_EXPANDED);
      return value;
    });
    if (text !== undefined) for (const name of empty) this.warn(name, what);
    return text;
  }

  private keep(key: string, text: string, name: string): void {
    this.size += text.length;
    if (this.size > MAX_EXPANDED_TOTAL) throw tooLarge(name, MAX_EXPANDED_TOTAL);
    this.expanded.set(key, text);
  }

  private warn(name: string, what: string): void {
    const why = this.candidates(name).length > 0 ? 'has no value that applies here' : 'is not defined';
    if (this.warned.size < MAX_WARNINGS)
      this.warned.add(`#{${name}} in ${what}: ${name || 'the empty name'} ${why}, so it became empty text.`);
  }

  private cycle(open: readonly string[], need: string): DomainError {
    const path = [...open.slice(open.indexOf(need)), need].map((key) => this.candidates(key)[0]?.name ?? key);
    const message = `The variables ${path.join(' → ')} need each other: break the circle.`;
    return new DomainError('conflict', 'variables.cycle', message, { path });
  }
}

function tooLarge(what: string, limit: number): DomainError {
  const message = `Expanding ${what} gives more than ${limit} characters: make the values it takes smaller or fewer.`;
  return new DomainError('conflict', 'variables.expansion-too-large', message, { variable: what, limit });
}

/** The expanded text of one variable in a context; undefined when no value applies. Errors: see VariableResolver. */
export function resolveVariable(variables: readonly Variable[], name: string, context: VariableContext): string | undefined {
  return new VariableResolver(variables, context).resolve(name);
}

/** All variables of a context, by name as first defined, and what became empty text. Errors: see VariableResolver. */
export function resolveAll(
  variables: readonly Variable[],
  context: VariableContext,
): { values: Record<string, string>; warnings: string[] } {
  const resolver = new VariableResolver(variables, context);
  return { values: resolver.all(), warnings: resolver.warnings };
}
