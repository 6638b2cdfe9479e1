import {
  messageOf,
  type AttemptOutcome,
  type AttemptRef,
  type Clock,
  type Log,
  type Telemetry,
  type WorkedStepType,
} from '@slipway/kernel';
import type { AttemptNotes } from './attempt-notes';
import { AttemptRun, type EndReason } from './attempt-run';
import { AnswerBox, type ClaimAnswer } from './claim-answer';
import type { IncomingTask } from './incoming';
import { NO_OUTPUT } from './log-writer';
import { progressMessage, type PatientBus } from './patient-bus';

/** What an attempt needs of its worker. */
export interface AttemptSurroundings {
  readonly worker: string;
  readonly bus: PatientBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly notes: AttemptNotes;
  readonly stepTypes: ReadonlyMap<string, WorkedStepType>;
  readonly maxLogBytes: number;
  /** How often an unanswered claim is repeated, and after how long it is handed back. */
  readonly claimRepeatMs: number;
  readonly claimPatienceMs: number;
  /** The worker gives up: nothing is sent any more, and the note stays for its next start. */
  readonly gaveUp: AbortSignal;
}

/** One attempt that this worker holds: claimed, granted and run, or given away again. */
export class HeldAttempt {
  private readonly box: AnswerBox;
  private run: AttemptRun | undefined;
  private begun = false;

  constructor(
    private readonly incoming: IncomingTask,
    private readonly around: AttemptSurroundings,
  ) {
    this.box = new AnswerBox(around.clock);
  }

  get ref(): AttemptRef {
    return this.incoming.ref;
  }

  /** Resolves when the claim is noted on disk and the bus has it: the task's delivery may be acknowledged then. */
  async claim(signal: AbortSignal): Promise<void> {
    await this.around.notes.write({ worker: this.around.worker, attempt: this.ref, status: 'claimed' });
    await this.sendClaim(signal);
  }

  /** From the claim to the last word about it. Rejects only when the worker gave up; the note stays then. */
  async live(): Promise<void> {
    const answer = await this.answered();
    if (answer === 'granted') await this.runIt();
    else if (answer !== 'dropped') await this.say(this.unbegun(answer));
    await this.around.notes.remove(this.ref);
  }

  /** A word from control about this attempt and, unless it is a cancel, about this worker. */
  hear(kind: 'granted' | 'dropped' | 'cancel', publishedAt: number): void {
    if (!this.begun) this.box.put(kind === 'granted' ? { kind, publishedAt } : { kind });
    else if (kind === 'cancel') this.run?.end('cancelled');
    // The holder is always told `granted`: whoever is dropped while it runs holds nothing any more.
    else if (kind === 'dropped') this.run?.end('fenced');
  }

  /** Not begun: it is handed back. */
  handBack(): void {
    if (!this.begun) this.box.put({ kind: 'drain' });
  }

  /** Begun: it is ended. */
  end(reason: EndReason): void {
    this.run?.end(reason);
  }

  /** The claim is repeated until it is answered, or for too long. A grant that is old may have run out meanwhile: it is asked for again. */
  private async answered(): Promise<ClaimAnswer['kind'] | 'unanswered'> {
    const { clock, claimRepeatMs, claimPatienceMs, gaveUp } = this.around;
    const freshMs = (this.incoming.leaseSeconds * 1_000) / 6;
    const since = clock.now();
    for (let askedAt = since; clock.now() - since < claimPatienceMs;) {
      const answer = await this.box.take(claimRepeatMs);
      if (answer && answer.kind !== 'granted') return answer.kind;
      const now = clock.now();
      // Either clock will do, the bus's or, where the two machines' clocks disagree, this one's since the question.
      if (answer && (now - answer.publishedAt <= freshMs || now - askedAt <= freshMs)) return 'granted';
      if (answer) askedAt = now;
      await this.sendClaim(gaveUp);
    }
    return 'unanswered';
  }

  private unbegun(answer: 'cancel' | 'drain' | 'unanswered'): AttemptOutcome {
    switch (answer) {
      case 'cancel':
        return { kind: 'cancelled', log: NO_OUTPUT };
      case 'drain':
        return { kind: 'returned', error: 'its worker was stopped before it began' };
      case 'unanswered':
        return { kind: 'returned', error: `its claim was not answered for ${this.around.claimPatienceMs / 1_000} s` };
    }
  }

  /** Its last word is part of the run: what follows from it hangs below that. */
  private async runIt(): Promise<void> {
    this.begun = true;
    const { deployment, attempt, token } = this.ref;
    const attributes = { 'slipway.deployment': deployment, 'slipway.attempt': attempt, 'slipway.token': token };
    await this.around.telemetry.span('run attempt', { kind: 'consumer', attributes }, async (span) => {
      const outcome = await this.outcome();
      span.set('slipway.outcome', outcome.kind);
      await this.say(outcome);
    });
  }

  private async outcome(): Promise<AttemptOutcome> {
    const { stepTypes, log, telemetry } = this.around;
    const fault = 'fault' in this.incoming ? this.incoming.fault : undefined;
    if (!('task' in this.incoming)) return { kind: 'failed', error: fault ?? 'its task is malformed', outputs: {}, log: NO_OUTPUT };
    const { task } = this.incoming;
    const stepType = stepTypes.get(task.stepType);
    if (!stepType) return { kind: 'failed', error: `this worker knows no step type ${task.stepType}`, outputs: {}, log: NO_OUTPUT };
    this.run = new AttemptRun({ ...this.around, task, stepType });
    const ended = telemetry.metrics.startAttempt(stepType.name);
    try {
      const outcome = await this.run.outcome();
      ended(outcome.kind);
      return outcome;
    } catch (error) {
      ended('returned');
      log.error('a granted attempt could not begin and is handed back', { ...this.ref, reason: messageOf(error) });
      return { kind: 'returned', error: `its worker could not begin it: ${messageOf(error)}` };
    }
  }

  private async say(outcome: AttemptOutcome): Promise<void> {
    const { bus, worker, clock, gaveUp } = this.around;
    await bus.send([progressMessage({ ...this.ref, worker, at: clock.timestamp(), ...outcome })], gaveUp);
  }

  private async sendClaim(signal: AbortSignal): Promise<void> {
    const { bus, worker, clock } = this.around;
    await bus.send([progressMessage({ ...this.ref, kind: 'claimed', worker, at: clock.timestamp() })], signal);
  }
}
