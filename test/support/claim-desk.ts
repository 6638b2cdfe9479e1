import {
  TOPICS,
  type AttemptRef,
  type Control,
  type LogChunk,
  type LogMessage,
  type MessageBus,
  type Progress,
  type SlotsReport,
  type Task,
  tasksTopic,
} from '@slipway/kernel';

type Said = Progress;
type Kind = Said['kind'];

/** The other end of a worker's topics: hands out tasks, answers claims as a test says, and remembers all it is told. */
export class ClaimDesk {
  readonly said: Said[] = [];
  readonly chunks: LogChunk[] = [];
  /** Slots that the worker reported free, in order. */
  readonly free: number[] = [];
  readonly deadLetters: { value: string; reason: string }[] = [];
  /** What a claim is answered; undefined keeps silent. */
  answer: (claim: AttemptRef) => Control['kind'] | undefined = () => 'granted';
  private changed: () => void = () => undefined;

  private constructor(private readonly bus: MessageBus) {}

  static async open(bus: MessageBus, pools: readonly string[] = ['default']): Promise<ClaimDesk> {
    const names = [TOPICS.progress, TOPICS.logs, TOPICS.control, TOPICS.slots, TOPICS.deadLetters, ...pools.map(tasksTopic)];
    await bus.ensureTopics(names.map((name) => ({ name, partitions: 2 })));
    const desk = new ClaimDesk(bus);
    const hear = async ({ topic, value, headers }: { topic: string; value: string; headers: Readonly<Record<string, string>> }) => {
      if (topic === TOPICS.logs) desk.chunks.push(...(JSON.parse(value) as LogMessage).chunks);
      else if (topic === TOPICS.deadLetters) desk.deadLetters.push({ value, reason: headers['dead-letter-reason'] ?? '' });
      else if (topic === TOPICS.slots) desk.free.push((JSON.parse(value) as SlotsReport).free);
      else await desk.hear(JSON.parse(value) as Said);
      desk.changed();
    };
    await bus.consume({ topics: [TOPICS.progress, TOPICS.logs, TOPICS.slots, TOPICS.deadLetters], handle: hear }).started;
    return desk;
  }

  async dispatch(task: Task | object, pool = 'default'): Promise<void> {
    await this.bus.publish([{ topic: tasksTopic(pool), key: JSON.stringify(task).slice(0, 80), value: JSON.stringify(task) }]);
  }

  async tell(control: Control): Promise<void> {
    await this.bus.publish([{ topic: TOPICS.control, key: control.deployment, value: JSON.stringify(control) }]);
  }

  /** Everything of a kind said about a deployment, in order. */
  about<K extends Kind>(deployment: string, kind: K): Extract<Said, { kind: K }>[] {
    return this.said.filter(
      (word): word is Extract<Said, { kind: K }> => word.kind === kind && 'deployment' in word && word.deployment === deployment,
    );
  }

  /** The first word of a kind about a deployment, waited for. */
  async heard<K extends Kind>(deployment: string, kind: K): Promise<Extract<Said, { kind: K }>> {
    await this.until(() => this.about(deployment, kind).length > 0);
    return this.about(deployment, kind)[0]!;
  }

  /** Resolves when the condition holds; it is looked at after each message. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        const before = this.changed;
        this.changed = () => {
          before();
          resolve();
        };
      });
    }
  }

  text(source: LogChunk['source']): string {
    return this.chunks.flatMap((chunk) => (chunk.source === source ? [chunk.text] : [])).join('');
  }

  private async hear(word: Said): Promise<void> {
    this.said.push(word);
    if (word.kind !== 'claimed') return;
    const kind = this.answer(word);
    const { deployment, step, attempt, token, worker } = word;
    if (kind === 'cancel') await this.tell({ deployment, step, attempt, token, kind });
    else if (kind) await this.tell({ deployment, step, attempt, token, kind, worker });
  }
}

/** A task that runs a script. */
export function scriptTask(deployment: string, run: string, changes: Partial<Task> = {}): Task {
  return {
    deployment,
    step: 'Deploy',
    attempt: 1,
    token: 1,
    pool: 'default',
    stepType: 'script',
    input: { run },
    variables: {},
    project: 'shop',
    release: '1.0.0',
    environment: 'staging',
    timeoutMs: 60_000,
    leaseSeconds: 30,
    correlationId: 'c-1',
    ...changes,
  };
}
