import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recorded } from './answers/recorded';

const FILE = join(__dirname, 'answers/recorded-answers.json');
/** Of a list as many members as show what it is. */
const MEMBERS = 2;
/** Characters: of the answers of one kind the one that tells most is kept, up to here. */
const BOOK = 4_000;

/** Collects what Slipway really answers to the documented requests: the document shows it as examples. */
export class RecordedAnswers {
  private readonly seen = new Map<string, string>();

  /** `name`: an operation, or a kind of problem. */
  saw(name: string, body: unknown): void {
    const text = JSON.stringify(short(body));
    const before = this.seen.get(name);
    if (before === undefined || worth(text) > worth(before)) this.seen.set(name, text);
  }

  has(name: string): boolean {
    return this.seen.has(name);
  }

  /** Writes what was seen of these into the file, and drops from it what was never seen. */
  write(names: readonly string[]): void {
    const all = [...this.seen].map(([name, text]): [string, unknown] => {
      const isKept = name in recorded && !names.includes(name);
      return [name, isKept ? recorded[name] : JSON.parse(text)];
    });
    const sorted = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(FILE, `${JSON.stringify(sorted, undefined, 2)}\n`);
  }
}

function worth({ length }: string): number {
  return length <= BOOK ? length : -length;
}

function short(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MEMBERS).map(short);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, short(member)]));
}
