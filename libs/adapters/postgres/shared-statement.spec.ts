import { InfrastructureError } from '@slipway/kernel';
import { SharedStatement } from './shared-statement';

/** A server that answers when it is told to, with each question doubled. */
class SlowServer {
  readonly asked: number[][] = [];
  private readonly waiting: (() => void)[] = [];
  refuses: (questions: readonly number[]) => Error | undefined = () => undefined;

  readonly ask = async (questions: readonly number[]): Promise<number[]> => {
    this.asked.push([...questions]);
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    const refusal = this.refuses(questions);
    if (refusal) throw refusal;
    return questions.map((question) => question * 2);
  };

  async answers(): Promise<void> {
    this.waiting.splice(0).forEach((answer) => answer());
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('questions that share statements', () => {
  let server: SlowServer;
  let shared: SharedStatement<number, number>;
  const outcomes = async (answers: readonly Promise<number>[]) =>
    (await Promise.allSettled(answers)).map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as Error).message,
    );

  beforeEach(() => {
    server = new SlowServer();
    shared = new SharedStatement({ ask: server.ask, fits: (chosen) => chosen.length < 3 });
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('go together when they come in one turn, or while others are on their way, in their order and as many as fit', async () => {
    const first = [shared.ask(1), shared.ask(2)];
    await turn();
    const later = [3, 4, 5, 6].map((question) => shared.ask(question));
    for (let statement = 0; statement < 3; statement += 1) await server.answers();
    expect(await outcomes([...first, ...later])).toEqual([2, 4, 6, 8, 10, 12]);
    expect(server.asked).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  it('are asked alone when the server refuses them together, so that only the culprit fails', async () => {
    server.refuses = (questions) => (questions.includes(2) ? new Error('no such number') : undefined);
    const told = outcomes([shared.ask(1), shared.ask(2)]);
    await turn();
    for (let statement = 0; statement < 2; statement += 1) await server.answers();
    expect([await told, server.asked]).toEqual([
      [2, 'no such number'],
      [[1, 2], [1], [2]],
    ]);
  });

  it('all fail, and are not asked again, when the server is away', async () => {
    server.refuses = () => new InfrastructureError('read-store.unavailable', 'it is away', true);
    const told = outcomes([shared.ask(1), shared.ask(2)]);
    await turn();
    await server.answers();
    expect([await told, server.asked]).toEqual([['it is away', 'it is away'], [[1, 2]]]);
  });
});
