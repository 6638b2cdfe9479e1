import { DomainError } from '@slipway/kernel';
import { type IndexedName, indexedNames } from './indexed-names';
import type { Expanding } from './names';
import { isTruthy, Renderer } from './render';
import { compareRanks, mismatch, rankOf, SCOPE_TYPES } from './scope';
import { parseExpression, parseTemplate, type Template } from './template';
import { VariableNames } from './variable-names';
import { MAX_REFERENCE_LENGTH, nameKey, type Variable, type VariableContext, type VariableScope } from './variable';

/** Characters that one expanded text may take from variables, filters and loops, and that all values of one context may have: they end doubling bombs. */
export const MAX_EXPANDED = 256 * 1024;
export const MAX_EXPANDED_TOTAL = 4 * MAX_EXPANDED;
/**
 * Units of work (characters, blocks, turns of loops) for all texts of one context: ends what costs time and leaves no text. Nothing else runs meanwhile, so it
 * is about a tenth of a second.
 */
export const MAX_WORK = 8 * MAX_EXPANDED;
/** The same where one decision asks for many contexts, one after another. */
export const MAX_WORK_OF_MANY = MAX_WORK / 8;
/** Units of work that reading a character of a template costs. */
const READING = 2;
const MAX_WARNINGS = 100;

/**
 * The one resolver: tasks, previews and `explain` ask it. It remembers what it expanded, so use one for all texts of one context.
 * Errors of everything that expands: DomainError `variables.cycle` (facts `path`), `variables.expansion-too-large`, and those of parseTemplate.
 */
export class VariableResolver {
  private readonly byName: ReadonlyMap<string, readonly Variable[]>;
  private readonly given: ReadonlyMap<string, string>;
  private readonly givenNames: readonly string[];
  private readonly winners = new Map<string, Variable | undefined>();
  private readonly expanded: Map<string, string>;
  private readonly warned = new Set<string>();
  private sets: ReadonlyMap<string, readonly IndexedName[]> | undefined;
  private size = 0;
  private worked = 0;

  /** `given`: texts by name, whatever its case, that are not expanded and beat every value (answers to prompts, outputs of steps, what Slipway itself says). */
  constructor(
    private readonly variables: readonly Variable[],
    private readonly context: VariableContext,
    given: Readonly<Record<string, string>> = {},
    private readonly maxWork = MAX_WORK,
  ) {
    const byName = new Map<string, Variable[]>();
    for (const variable of variables) {
      const same = byName.get(nameKey(variable.name));
      if (same) same.push(variable);
      else byName.set(nameKey(variable.name), [variable]);
    }
    this.byName = byName;
    this.given = new Map(Object.entries(given).map(([name, text]) => [nameKey(name), text]));
    this.givenNames = Object.keys(given);
    this.expanded = new Map(this.given);
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

  /** The expanded text of a variable; undefined when no value of it applies here and none is given. */
  resolve(name: string): string | undefined {
    const key = nameKey(name);
    return this.isKnown(key) ? (this.expanded.get(key) ?? this.run(this.expansion(key), key)) : undefined;
  }

  /** Every defined variable that has a value here, by its name as first defined. */
  all(): Record<string, string> {
    const values = [...this.byName].flatMap(([key, [first]]) => {
      const text = this.resolve(key);
      return text === undefined || !first ? [] : [[first.name, text] as const];
    });
    return Object.fromEntries(values);
  }

  /** Whether every text comes out the same with the other one, as for steps between which no scope tells. */
  agreesWith({ variables, context, given, givenNames }: VariableResolver): boolean {
    const told = (list: keyof VariableScope) => variables.some(({ scope }) => scope?.[list]?.length);
    return (
      this.variables === variables &&
      same(this.givenNames, givenNames) &&
      same([...this.given.values()], [...given.values()]) &&
      SCOPE_TYPES.every(({ list, held }) => same(held(this.context), held(context)) || !told(list))
    );
  }

  /** Expands a text of somebody else, e.g. of a step's input; `what` names it in warnings and errors. */
  expand(text: string, what = 'the text'): string {
    return this.run(this.rendering(text, what));
  }

  /** True when the expression (see parseExpression) comes out truthy: not empty, `false`, `no` or `0`. */
  holds(expression: string): boolean {
    return isTruthy(this.run(this.rendering(expression, 'the expression', parseExpression)));
  }

  private best(candidates: readonly Variable[]): Variable | undefined {
    return candidates
      .filter(({ scope }) => mismatch(scope, this.context) === undefined)
      .map((variable) => ({ variable, rank: rankOf(variable.scope, this.context) }))
      .sort((a, b) => compareRanks(a.rank, b.rank))[0]?.variable;
  }

  private isKnown(key: string): boolean {
    return this.given.has(key) || this.winner(key) !== undefined;
  }

  /** Runs an expansion and, first, those that it turns out to need; without recursion, so chains may be as long as the set. */
  private run(asked: Expanding<string>, askedKey?: string): string {
    const open = new Map<string | undefined, Expanding<string>>([[askedKey, asked]]);
    const path = [askedKey];
    let sent = '';
    for (;;) {
      const key = path.at(-1);
      const step = (open.get(key) ?? asked).next(sent);
      if (step.done) {
        if (key !== undefined) this.keep(key, step.value);
        open.delete(key);
        path.pop();
        if (path.length === 0) return step.value;
        sent = step.value;
        continue;
      }
      const known = this.expanded.get(step.value);
      if (known === undefined && open.has(step.value)) throw this.cycle(path, step.value);
      if (known === undefined) {
        open.set(step.value, this.expansion(step.value));
        path.push(step.value);
      }
      sent = known ?? '';
    }
  }

  private *expansion(key: string): Expanding<string> {
    const winner = this.winner(key);
    return winner ? yield* this.rendering(winner.value, winner.name) : '';
  }

  private rendering(text: string, what: string, parse: (text: string) => Template = parseTemplate): Expanding<string> {
    let taken = 0;
    const work = (units: number) => {
      this.worked += units;
      if (this.worked > this.maxWork) throw tooLarge(what, this.maxWork, 'units of work');
    };
    const take = (characters: number) => {
      taken += characters;
      if (taken > MAX_EXPANDED) throw tooLarge(what, MAX_EXPANDED);
      work(characters);
    };
    if (text.includes('#{')) work(READING * text.length);
    const names = new VariableNames({
      isKnown: (name) => name.length <= MAX_REFERENCE_LENGTH && this.isKnown(nameKey(name)),
      itemsOf: (name) => this.itemsOf(name),
      missing: (name) => this.warn(this.whyMissing(name, what)),
      work,
    });
    return new Renderer({ take, work, warn: (message) => this.warn(`In ${what}: ${message}`) }).text(parse(text), names);
  }

  private itemsOf(name: string): readonly IndexedName[] {
    this.sets ??= indexedNames([...this.defined(), ...this.givenNames]);
    return this.sets.get(nameKey(name)) ?? [];
  }

  /** Names with a value here, as first written. */
  private defined(): string[] {
    return [...this.byName].flatMap(([key, [first]]) => (first && this.isKnown(key) ? [first.name] : []));
  }

  private keep(key: string, text: string): void {
    this.size += text.length;
    if (this.size > MAX_EXPANDED_TOTAL) throw tooLarge(this.candidates(key)[0]?.name ?? key, MAX_EXPANDED_TOTAL);
    this.expanded.set(key, text);
  }

  private whyMissing(name: string, what: string): string {
    const shown = name.length > MAX_REFERENCE_LENGTH ? `${name.slice(0, MAX_REFERENCE_LENGTH)}…` : name;
    const [, step, output] = /^Step\[(.*)\]\.Output\.([^\]]*)$/is.exec(shown) ?? [];
    if (step !== undefined) return `#{${shown}} in ${what}: step ${step} has set no output ${output}, so it became empty text.`;
    const why = this.candidates(name).length > 0 ? 'has no value that applies here' : 'is not defined';
    return `#{${shown}} in ${what}: ${shown || 'the empty name'} ${why}, so it became empty text.`;
  }

  private warn(message: string): void {
    if (this.warned.size < MAX_WARNINGS) this.warned.add(message);
  }

  private cycle(open: readonly (string | undefined)[], need: string): DomainError {
    const around = [...open.slice(open.indexOf(need)), need];
    const path = around.map((key = '') => this.candidates(key)[0]?.name ?? key);
    const message = `The variables ${path.join(' → ')} need each other: break the circle.`;
    return new DomainError('conflict', 'variables.cycle', message, { path });
  }
}

const same = (some: readonly string[], others: readonly string[]) =>
  some.length === others.length && some.every((text, at) => text === others[at]);

function tooLarge(what: string, limit: number, unit = 'characters'): DomainError {
  const message = `Expanding ${what} takes more than ${limit} ${unit}: make the values it takes, and the loops in them, smaller or fewer.`;
  return new DomainError('conflict', 'variables.expansion-too-large', message, { variable: what, limit });
}
