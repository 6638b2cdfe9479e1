import { FILTERS, longestResult } from './filters';
import { LoopNames } from './loop-names';
import type { Expanding, Names } from './names';
import type { Block, Calculation, Condition, Operand, Reference, Repetition, Template, Test } from './template';

/** Who pays for what a text costs, and hears of what could not be done. */
export interface Expense {
  /** Counts characters that go into the text, and work done for it. Throws when it is too much. */
  take(characters: number): void;
  /** Counts work that leaves no characters. Throws when it is too much. */
  work(units: number): void;
  warn(message: string): void;
}

/** Units of work that a block, a filter and a turn of a loop cost besides what is in them: what copying so many characters would, with a wide margin. */
const BLOCK = 16;
const FILTER = 256;
const TURN = 24;

/** Octostache's: false are what is undefined or empty, and `false`, `no` and `0`, whatever their case and the blanks around them. */
export function isTruthy(text: string): boolean {
  return !/^\s*(|false|no|0)\s*$/i.test(text);
}

/** The text of a template. Only the branch that is taken asks for its variables. */
export class Renderer {
  constructor(private readonly expense: Expense) {}

  *text(template: Template, names: Names): Expanding<string> {
    let text = '';
    for (const part of template) text += typeof part === 'string' ? part : yield* this.block(part, names);
    return text;
  }

  private block(block: Block, names: Names): Expanding<string> {
    this.expense.work(BLOCK);
    switch (block.kind) {
      case 'reference':
        return this.reference(block, names, false);
      case 'if':
        return this.condition(block, names);
      case 'each':
        return this.repetition(block, names);
      case 'calc':
        return this.calculation(block, names);
      default:
        return block satisfies never;
    }
  }

  private *reference({ name, filters }: Reference, names: Names, quiet: boolean): Expanding<string> {
    const called = yield* this.name(name, names);
    let text = yield* names.text(called, quiet);
    this.expense.take(text.length);
    for (const filter of filters) {
      const args: string[] = [];
      for (const argument of filter.args) args.push(typeof argument === 'string' ? argument : yield* this.block(argument, names));
      this.expense.work(FILTER + args.join('').length);
      this.expense.take(longestResult(filter.name, text, args));
      const result = FILTERS[filter.name].apply(text, args);
      if (result === undefined) this.expense.warn(`${filter.name} cannot be applied to what ${called} holds, so it became empty text.`);
      text = result ?? '';
      this.expense.take(text.length);
    }
    return text;
  }

  private *name(name: Template, names: Names): Expanding<string> {
    const text = yield* this.text(name, names);
    this.expense.work(text.length);
    return text.trim();
  }

  private *condition({ test, then, otherwise }: Condition, names: Names): Expanding<string> {
    return yield* this.text((yield* this.holds(test, names)) ? then : otherwise, names);
  }

  private *holds({ left, equal, right }: Test, names: Names): Expanding<boolean> {
    const one = yield* this.side(left, names);
    if (right === undefined) return isTruthy(one);
    return (one === (yield* this.side(right, names))) === equal;
  }

  /** Asking whether something is there is no reason to warn that it is not. */
  private *side(side: Reference | string, names: Names): Expanding<string> {
    return typeof side === 'string' ? side : yield* this.reference(side, names, true);
  }

  private *repetition({ item, of, body }: Repetition, names: Names): Expanding<string> {
    const found = yield* names.items(yield* this.name(of, names));
    this.expense.work(found.length);
    let text = '';
    for (const [index, one] of found.entries()) {
      const turn = yield* this.text(body, new LoopNames(names, item, one, { index, last: index === found.length - 1 }));
      this.expense.work(TURN + body.length);
      this.expense.take(turn.length);
      text += turn;
    }
    return text;
  }

  private *calculation(calculation: Calculation, names: Names): Expanding<string> {
    const result = yield* this.number(calculation, names);
    if (Number.isFinite(result)) return String(result);
    this.expense.warn('a #{calc} has no result (a text that is no number, or a division by zero), so it became empty text.');
    return '';
  }

  private *number(operand: Operand, names: Names): Expanding<number> {
    if (typeof operand === 'number') return operand;
    if (operand.kind === 'reference') {
      const text = (yield* this.reference(operand, names, false)).trim();
      return /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    }
    let result = yield* this.number(operand.first, names);
    for (const { operator, operand: next } of operand.rest) result = calculated(result, operator, yield* this.number(next, names));
    return result;
  }
}

function calculated(left: number, operator: Calculation['rest'][number]['operator'], right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      // As in Octostache of whole numbers only.
      return Number.isSafeInteger(left) && Number.isSafeInteger(right) ? left % right : Number.NaN;
    default:
      return operator satisfies never;
  }
}
