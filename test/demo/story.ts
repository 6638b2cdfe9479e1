import { isDeepStrictEqual } from 'node:util';

/** What a sentence claims: something was seen, and must be just so. */
export interface Fact {
  readonly what: string;
  readonly seen: unknown;
  readonly expected: unknown;
}

export function fact(what: string, seen: unknown, expected: unknown): Fact {
  return { what, seen, expected };
}

/** The story does not go on as told. */
export class StoryBroken extends Error {}

/** Tells sentences with their times, and believes none of them. */
export class Story {
  private readonly started = performance.now();
  private sentences = 0;
  private checks = 0;

  constructor(private readonly write: (line: string) => void) {}

  chapter(title: string): void {
    this.write(`\n${title}\n`);
  }

  /** Prints the sentence if all its facts hold. Throws StoryBroken, naming what was expected and seen, when one does not. */
  tell(sentence: string, facts: readonly Fact[]): void {
    const wrong = facts.filter(({ seen, expected }) => !isDeepStrictEqual(seen, expected));
    if (wrong.length > 0) {
      const words = wrong.map(
        ({ what, seen, expected }) => `    ${what}\n      expected ${shown(expected)}\n      seen     ${shown(seen)}`,
      );
      throw new StoryBroken(`This does not hold: ${sentence}\n${words.join('\n')}`);
    }
    this.sentences += 1;
    this.checks += facts.length;
    this.write(`${this.time()} ${sentence}\n`);
  }

  /** Lines that belong to the sentence before. */
  show(lines: readonly string[]): void {
    for (const line of lines) this.write(`           ${line}\n`);
  }

  end(): void {
    this.write(`\n${this.time()} Everything held: ${this.sentences} sentences, ${this.checks} checks.\n`);
  }

  /** For what ends the story early: when it happened. */
  time(): string {
    return `[${((performance.now() - this.started) / 1_000).toFixed(1).padStart(5)} s]`;
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
