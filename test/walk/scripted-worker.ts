import {
  type AttemptOutcome,
  type Clock,
  type Consumer,
  type Control,
  type MessageBus,
  type Progress,
  type Task,
  tasksTopic,
  TOPICS,
} from '@slipway/kernel';

/** What a worker does with a granted attempt: how it ends, or nothing for now. */
export type Script = (task: Task) => AttemptOutcome | 'runs on';

export const LOG = { log: { chunks: 0, digest: 'e3b0' } };
export const SUCCEEDED: AttemptOutcome = { kind: 'succeeded', exitCode: 0, outputs: {}, ...LOG };
export const FAILED: AttemptOutcome = { kind: 'failed', exitCode: 1, error: 'exit code 1', outputs: {}, ...LOG };

/** A worker that speaks the protocol and runs nothing: it claims what it gets, and ends what it is granted as its script says. */
export class ScriptedWorker {
  readonly tasks: Task[] = [];
  readonly answers: Control[] = [];
  /** False: tasks are only taken note of. */
  claims = true;
  /** False: it does not do what a cancel asks. */
  obeys = true;
  private consumers: Consumer[] = [];

  constructor(
    readonly name: string,
    private readonly on: { readonly bus: MessageBus; readonly clock: Clock },
    public script: Script = () => SUCCEEDED,
  ) {}

  async start(pools: readonly string[] = ['default']): Promise<this> {
    const { bus } = this.on;
    const control = bus.consume({ topics: [TOPICS.control], handle: ({ value }) => this.told(JSON.parse(value) as Control) });
    await control.started;
    const tasks = bus.consume({
      group: 'workers',
      topics: pools.map(tasksTopic),
      handle: async ({ value }) => {
        const task = JSON.parse(value) as Task;
        this.tasks.push(task);
        if (this.claims) await this.claim(task);
      },
    });
    await tasks.started;
    this.consumers = [control, tasks];
    return this;
  }

  async stop(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.stop()));
  }

  claim(task: Task): Promise<void> {
    return this.say(task, { kind: 'claimed' });
  }

  heartbeat(task: Task): Promise<void> {
    return this.say(task, { kind: 'heartbeat' });
  }

  end(task: Task, outcome: AttemptOutcome): Promise<void> {
    return this.say(task, outcome);
  }

  /** Free slots of its pools. */
  async idle(free = 1, pools: readonly string[] = ['default']): Promise<void> {
    const value = JSON.stringify({ worker: this.name, pools, free, at: this.on.clock.timestamp() });
    await this.on.bus.publish([{ topic: TOPICS.slots, key: this.name, value }]);
  }

  /** Kinds of the answers to its own claims of an attempt, in order. */
  answersTo({ deployment, token }: { deployment: string; token: number }): string[] {
    return this.answers.filter((one) => one.deployment === deployment && one.token === token).map((one) => one.kind);
  }

  private async told(control: Control): Promise<void> {
    if (control.kind !== 'cancel' && control.worker !== this.name) return;
    this.answers.push(control);
    const task = this.tasks.find((one) => one.deployment === control.deployment && one.token === control.token);
    if (!task) return;
    if (control.kind === 'cancel') return this.obeys ? this.end(task, { kind: 'cancelled', ...LOG }) : undefined;
    const outcome = control.kind === 'granted' ? this.script(task) : 'runs on';
    if (outcome !== 'runs on') await this.end(task, outcome);
  }

  private async say({ deployment, step, attempt, token }: Task, said: { kind: 'claimed' | 'heartbeat' } | AttemptOutcome): Promise<void> {
    const ref = { deployment, step, attempt, token };
    const progress = { ...ref, worker: this.name, at: this.on.clock.timestamp(), ...said } as Progress;
    await this.on.bus.publish([{ topic: TOPICS.progress, key: deployment, value: JSON.stringify(progress) }]);
  }
}
