import {
  messageOf,
  type AttemptOutcome,
  type Clock,
  type Log,
  type LogSummary,
  type StepResult,
  type WorkedStepType,
  type Task,
} from '@slipway/kernel';
import type { AttemptNote, AttemptNotes } from './attempt-notes';
import { refOf } from './attempt-key';
import { LeaseKeeper } from './lease-keeper';
import { LogPublisher } from './log-publisher';
import { LogWriter } from './log-writer';
import { progressMessage, type PatientBus } from './patient-bus';
import { identify } from './process-groups';

/** Why an attempt was ended from outside. */
export type EndReason = 'cancelled' | 'timed-out' | 'cut-off' | 'fenced' | 'drained';

/** What an operator is told of a step that may have done anything. */
const LEFT_OPEN: Partial<Record<EndReason, string>> = {
  'cut-off': 'this worker was cut off from the message bus',
  fenced: 'this worker no longer holds the attempt',
  drained: 'this worker stops',
};

/** A step type gets this long after the abort before it is reported without its word. */
const ENDING_MS = 15_000;
const LONGEST_TIMER_MS = 2_000_000_000;

export interface AttemptRunOptions {
  readonly task: Task;
  readonly stepType: WorkedStepType;
  readonly worker: string;
  readonly notes: AttemptNotes;
  readonly bus: PatientBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxLogBytes: number;
  /** The worker gives up: nothing is sent any more. */
  readonly gaveUp: AbortSignal;
}

/** One granted attempt, from its begin to its outcome. */
export class AttemptRun {
  private readonly abort = new AbortController();

  constructor(private readonly options: AttemptRunOptions) {}

  /** Ends it with everything it started. The first reason counts. */
  end(reason: EndReason): void {
    if (this.abort.signal.aborted) return;
    const { log, task } = this.options;
    const why = LEFT_OPEN[reason];
    if (why !== undefined) log.warn(`a step is ended, and what it did is unknown: ${why}`, { ...refOf(task) });
    this.abort.abort(reason);
  }

  /** How it ended. Rejects only before the step began: then nothing happened. */
  async outcome(): Promise<AttemptOutcome> {
    const { task, worker, notes, bus, clock, log, maxLogBytes, gaveUp } = this.options;
    const attempt = refOf(task);
    const workFolder = await notes.makeFolder(attempt);
    const note: AttemptNote = { worker, attempt, status: 'begun' };
    await notes.write(note);
    const beat = () => bus.sendOnce([progressMessage({ ...attempt, kind: 'heartbeat', worker, at: clock.timestamp() })]);
    const lease = new LeaseKeeper({ leaseSeconds: task.leaseSeconds, clock, log, beat, onCutOff: () => this.end('cut-off') });
    const output = new LogWriter(new LogPublisher(attempt, bus, log, gaveUp), clock, maxLogBytes);
    const cancelLimit = this.limit(task.timeoutMs);
    lease.start();
    for (const said of task.notes ?? []) await output.write('slipway', Buffer.from(`${said}\n`));
    const result = await this.settled({
      ...task,
      workFolder,
      clock,
      signal: this.abort.signal,
      output: (source, bytes) => output.write(source, bytes),
      guard: {
        unfedSeconds: lease.unfedSeconds,
        attach: async ({ pid, feed }) => {
          const group = await identify(pid);
          await notes.write(group ? { ...note, group } : note);
          lease.attach(feed);
        },
      },
    });
    // Decided here: a cancel while the last output leaves comes too late for a step that has ended.
    const reason = this.abort.signal.aborted ? (this.abort.signal.reason as EndReason) : undefined;
    cancelLimit();
    const summary = await output.close();
    await lease.stop();
    return reason ? this.ended(reason, summary) : { ...result, log: summary };
  }

  private async settled(context: Parameters<WorkedStepType['run']>[0]): Promise<StepResult> {
    const { stepType, clock, log, task } = this.options;
    const done = new AbortController();
    const overdue = async (): Promise<StepResult> => {
      if (!this.abort.signal.aborted) await aborted(this.abort.signal, done.signal);
      await clock.sleep(ENDING_MS, done.signal);
      if (!done.signal.aborted) log.error('a step did not end when it was told to', { ...refOf(task), stepType: stepType.name });
      return { kind: 'failed', error: 'the step did not end when it was told to', outputs: {} };
    };
    const run = async () => stepType.run(context);
    const running = run().catch((error: unknown): StepResult => ({ kind: 'failed', error: messageOf(error), outputs: {} }));
    try {
      return await Promise.race([running, overdue()]);
    } finally {
      done.abort();
    }
  }

  private ended(reason: EndReason, log: LogSummary['log']): AttemptOutcome {
    switch (reason) {
      case 'cancelled':
        return { kind: 'cancelled', log };
      case 'timed-out':
        return {
          kind: 'timed-out',
          error: `the step did not end within its time limit of ${this.options.task.timeoutMs / 1_000} s and was ended`,
          log,
        };
      case 'cut-off':
        return { kind: 'lost', error: 'its worker was cut off from the message bus and ended it: what it did is unknown' };
      case 'fenced':
        return { kind: 'lost', error: 'its worker learned that it no longer holds the attempt and ended it: what it did is unknown' };
      case 'drained':
        return { kind: 'lost', error: 'its worker was stopped and ended it: what it did is unknown' };
    }
  }

  /** Timers hold only some weeks, so a longer limit takes several. They count time that passes, whatever the clock is set to. */
  private limit(ms: number): () => void {
    const { clock } = this.options;
    let cancel: () => void = () => undefined;
    const arm = (left: number) => {
      if (left <= 0) return this.end('timed-out');
      const part = Math.min(left, LONGEST_TIMER_MS);
      cancel = clock.after(part, () => arm(left - part));
    };
    arm(ms);
    return () => cancel();
  }
}

function aborted(...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
