import { isRetryable } from '@slipway/kernel';

export interface SharedStatementOptions<Question, Answer> {
  /** Asks the server all of them in one statement: answers in the same order. */
  readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>;
  /** Whether another question may go with those that are chosen already. */
  readonly fits: (chosen: readonly Question[], next: Question) => boolean;
  /** How many statements may be on their way. Default 1. */
  readonly atOnce?: number;
}

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
}

/** Questions of one process to one server: those that arrive while others are on their way share the next statement, in the order of their arrival. */
export class SharedStatement<Question, Answer> {
  private readonly waiting: Waiting<Question, Answer>[] = [];
  private running = 0;

  constructor(private readonly on: SharedStatementOptions<Question, Answer>) {}

  /** Errors: those of `on.ask`. What the server refuses of a neighbour, it does not refuse of this one. */
  ask(question: Question): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => this.waiting.push({ question, resolve, reject }));
    if (this.running < (this.on.atOnce ?? 1)) void this.run();
    return answer;
  }

  private async run(): Promise<void> {
    this.running += 1;
    while (this.waiting.length > 0) {
      // What is asked for in one turn goes together.
      await new Promise((resolve) => setImmediate(resolve));
      await this.send(this.nextGroup());
    }
    this.running -= 1;
  }

  private nextGroup(): Waiting<Question, Answer>[] {
    const chosen: Question[] = [];
    for (const { question } of this.waiting) {
      if (chosen.length > 0 && !this.on.fits(chosen, question)) break;
      chosen.push(question);
    }
    return this.waiting.splice(0, chosen.length);
  }

  private async send(group: readonly Waiting<Question, Answer>[]): Promise<void> {
    if (group.length === 0) return;
    try {
      const answers = await this.on.ask(group.map(({ question }) => question));
      for (const [index, { resolve }] of group.entries()) resolve(answers[index]!);
    } catch (error) {
      if (group.length === 1 || isRetryable(error)) for (const { reject } of group) reject(error);
      else for (const { question, resolve } of group) resolve(this.alone(question));
    }
  }

  private async alone(question: Question): Promise<Answer> {
    const [answer] = await this.on.ask([question]);
    return answer!;
  }
}
