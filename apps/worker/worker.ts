import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import {
  Ids,
  TOPICS,
  messageOf,
  tasksTopic,
  withDeadLetters,
  type Clock,
  type Consumer,
  type Log,
  type MessageBus,
  type Random,
  type StepType,
  type Telemetry,
  isWorked,
} from '@slipway/kernel';
import { AttemptNotes } from './attempt-notes';
import { clearLeftovers } from './leftovers';
import { PatientBus } from './patient-bus';
import { Slots } from './slots';
import { SlotsReporter } from './slots-reporter';
import { TaskIntake } from './task-intake';
import { WorkFolderLock } from './work-folder-lock';

export interface WorkerOptions {
  /** With the topics of the pools, progress, logs, control and dead letters ensured. */
  readonly bus: MessageBus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly stepTypes: readonly StepType[];
  readonly pools: readonly string[];
  /** Attempts held at once. */
  readonly concurrency: number;
  /** A folder of this worker alone, made when missing: `<data>/work`. */
  readonly workFolder: string;
  /** How long running attempts may go on when the worker stops, seconds. Default 20. */
  readonly drainSeconds?: number;
  /** Output kept of one attempt, bytes of text. Default 20,000,000. */
  readonly maxLogBytes?: number;
  /** How often an unanswered claim is repeated, seconds. Default 5. */
  readonly claimRepeatSeconds?: number;
  /** After how long without an answer a claim is handed back, seconds. Default 300. */
  readonly claimPatienceSeconds?: number;
}

export type WorkerState = 'starting' | 'running' | 'draining' | 'stopped' | 'failed';

/** After the drain: how long the last words may take to leave. */
const FAREWELL_MS = 20_000;

/** Takes tasks from the bus and runs step attempts. It knows the bus and the step types, and nothing else. To be started once. */
export class Worker {
  /** The worker's instance: new at each start. */
  readonly id: string;
  private current: WorkerState = 'starting';
  private readonly draining = new AbortController();
  private readonly gaveUp = new AbortController();
  private readonly lock: WorkFolderLock;
  private readonly notes: AttemptNotes;
  private readonly bus: PatientBus;
  private readonly slots: Slots;
  private readonly intake: TaskIntake;
  private readonly reporter: SlotsReporter;
  private consumers: Consumer[] = [];
  private control: Consumer | undefined;
  private starting: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;

  constructor(private readonly options: WorkerOptions) {
    const { bus, clock, random, log, telemetry, pools, concurrency } = options;
    this.id = new Ids(clock, random).next();
    // Every attempt that waits for the bus listens to them: many at once are no leak.
    setMaxListeners(0, this.draining.signal, this.gaveUp.signal);
    const folder = resolve(options.workFolder);
    this.lock = new WorkFolderLock(folder);
    this.notes = new AttemptNotes(folder);
    this.bus = new PatientBus(bus, clock, random, log);
    const free = () => (this.draining.signal.aborted ? 0 : this.slots.free);
    this.reporter = new SlotsReporter({ bus, clock, log, worker: this.id, pools, free });
    this.slots = new Slots(concurrency, () => this.reporter.changed());
    const around = {
      worker: this.id,
      bus: this.bus,
      clock,
      log,
      telemetry,
      notes: this.notes,
      stepTypes: new Map(options.stepTypes.filter(isWorked).map((type) => [type.name, type])),
      maxLogBytes: options.maxLogBytes ?? 20_000_000,
      claimRepeatMs: (options.claimRepeatSeconds ?? 5) * 1_000,
      claimPatienceMs: (options.claimPatienceSeconds ?? 300) * 1_000,
      gaveUp: this.gaveUp.signal,
    };
    this.intake = new TaskIntake(around, this.slots, log, this.draining.signal);
  }

  get state(): WorkerState {
    return this.current;
  }

  /** Attempts held now, claims included. */
  get holding(): number {
    return this.intake.holding;
  }

  /** Clears up after the last worker of this folder, then takes tasks. Rejects (state `failed`) when the folder is in use, say, or the bus refuses. */
  start(): Promise<void> {
    this.starting ??= this.begin().catch(async (error: unknown) => {
      if (!this.draining.signal.aborted) {
        this.current = 'failed';
        this.options.log.error('the worker could not start', { reason: messageOf(error) });
        await this.letGo(0);
      }
      throw error;
    });
    return this.starting;
  }

  /** Why it takes no tasks now, in plain words; undefined while it does. */
  trouble(): string | undefined {
    if (this.current !== 'running') return `the worker is ${this.current}`;
    return [this.control, ...this.consumers].map((consumer) => consumer?.trouble()).find((trouble) => trouble !== undefined);
  }

  /**
   * Drains: nothing new is taken, claims that have not begun are handed back, running attempts may end by themselves until the deadline (the clock's
   * milliseconds; at most `drainSeconds` from now), then they are ended and reported as lost. Never rejects.
   */
  stop(options: { readonly deadline?: number } = {}): Promise<void> {
    this.stopping ??= this.drain(options.deadline);
    return this.stopping;
  }

  private async begin(): Promise<void> {
    const { bus, clock, log, pools, concurrency } = this.options;
    const signal = this.draining.signal;
    signal.throwIfAborted();
    await this.lock.take();
    await this.notes.prepare();
    await clearLeftovers({ notes: this.notes, bus: this.bus, clock, log, signal });
    // Control first: an answer that comes before anybody listens is never repeated by itself.
    this.control = bus.consume({ topics: [TOPICS.control], handle: async (delivery) => this.intake.hear(delivery, this.id) });
    await this.control.started;
    signal.throwIfAborted();
    this.consumers = pools.map((pool) => {
      const group = `slipway-workers-${pool}`;
      const handle = withDeadLetters({ bus, clock, group, signal, log }, (delivery) => this.intake.takeTask(delivery));
      return bus.consume({ group, topics: [tasksTopic(pool)], concurrency, handle });
    });
    await Promise.all(this.consumers.map(({ started }) => started));
    signal.throwIfAborted();
    this.reporter.start();
    this.current = 'running';
    log.info('the worker takes tasks', { worker: this.id, pools, concurrency });
  }

  private async drain(deadline = Infinity): Promise<void> {
    const { clock, log, drainSeconds = 20 } = this.options;
    if (this.current !== 'failed') this.current = 'draining';
    this.draining.abort();
    // A start under way notices by itself.
    await this.starting?.catch(() => undefined);
    await this.letGo(Math.min(drainSeconds * 1_000, deadline - clock.now()));
    if (this.current === 'draining') this.current = 'stopped';
    log.info('the worker stopped', { worker: this.id });
  }

  private async letGo(patienceMs: number): Promise<void> {
    this.draining.abort();
    this.reporter.changed();
    this.intake.handBack();
    const taking = Promise.all(this.consumers.map((consumer) => this.stopConsumer(consumer)));
    const empty = taking.then(() => {
      this.intake.handBack();
      return this.intake.empty();
    });
    await this.within(empty, patienceMs);
    this.intake.endAll();
    await this.within(empty, FAREWELL_MS);
    this.gaveUp.abort();
    await this.within(Promise.all([empty, this.control && this.stopConsumer(this.control), this.reporter.stop()]), FAREWELL_MS);
    await this.lock.release();
  }

  private async stopConsumer(consumer: Consumer): Promise<void> {
    await consumer.stop().catch((error: unknown) => this.options.log.warn('a consumer did not stop cleanly', { reason: messageOf(error) }));
  }

  private async within(work: Promise<unknown>, ms: number): Promise<void> {
    const done = new AbortController();
    await Promise.race([work, this.options.clock.sleep(Math.max(0, ms), done.signal)]);
    done.abort();
  }
}
