import { InfrastructureError, isInfrastructureError, isRetryable, messageOf } from '../errors';
import { BEGINNING, type RecordedEvent } from '../event';
import type { EventCatalogue } from '../event-catalogue';
import type { Clock } from '../ports/clock';
import type { EventStore, SubscribeOptions } from '../ports/event-store';
import type { Log } from '../ports/log';
import { CheckpointMoved, type ReadStore, type RowChange } from '../ports/read-store';
import { checkCheckpoint } from './checkpoint-check';
import { SavedCheckpoint } from './saved-checkpoint';
import type { SubscriptionState, SubscriptionStatus, SubscriptionTrouble } from './subscription-status';

export interface SubscriptionPorts {
  readonly eventStore: EventStore;
  readonly readStore: ReadStore;
  readonly catalogue: EventCatalogue;
  readonly clock: Clock;
  readonly log: Log;
}

/** How events are read: as many at a time, and so per saved checkpoint, while there is much to catch up on. */
export type SubscriptionOptions = Pick<SubscribeOptions, 'maxBatch' | 'gatherMs'>;

const STUCK_MS = 30_000;
const REACHING_LOOK_MS = 2_000;
/** States from which it goes on by itself. */
const REACHING: ReadonlySet<SubscriptionState> = new Set(['starting', 'running', 'retrying']);
const LONGEST_BACK_OFF_MS = 10_000;
/** Under steady load a batch now and then does not reach the log's end: only who is behind for longer is behind. */
const BEHIND_MS = 10_000;
/** How long a checkpoint that nothing is saved with may wait for company: what happens meanwhile costs one write. */
const SOON_MS = 50;

/** Follows the log from a saved checkpoint and never skips an event: what all runners share. One owner at a time: the checkpoint moves by compare-and-set. */
export abstract class CatchUpSubscription {
  protected abstract readonly kind: SubscriptionStatus['kind'];
  /** Everything up to here is handled; the saved checkpoint may still be behind. */
  protected done = BEGINNING;
  private readonly saved: SavedCheckpoint;
  private cancelSoon: (() => void) | undefined;
  /** Ends what follows the log when a save beside it fails. */
  private broken = new AbortController();
  private logId = '';
  private state: SubscriptionState = 'stopped';
  private trouble: SubscriptionTrouble | undefined;
  /** Since when it has not reached the log's end (clock's milliseconds); undefined: it stands there. */
  private behindSince: number | undefined;
  private hasReachedEnd = false;
  /** Whether this process may still act for it. */
  protected mine: () => boolean = () => true;
  private controller: AbortController | undefined;
  private loop: Promise<unknown> = Promise.resolve();

  protected constructor(
    readonly name: string,
    private readonly startsAt: 'beginning' | 'head',
    protected readonly ports: SubscriptionPorts,
    private readonly options: SubscriptionOptions,
  ) {
    this.saved = new SavedCheckpoint(name, ports.readStore, ports.clock);
  }

  /**
   * Resolves when the checkpoint was checked; from then on it runs by itself until the signal aborts or `stop`. Waits for stores that are away.
   * `mine` tells whether this process still holds its lease, where several share the work.
   * Errors: InfrastructureError `projection.checkpoint-foreign`, `projection.checkpoint-ahead`, `read-store.schema-changed`.
   */
  start(signal: AbortSignal, mine: () => boolean = () => true): Promise<void> {
    if (this.controller) throw new Error(`${this.name} has been started already`);
    this.mine = mine;
    const controller = new AbortController();
    this.controller = controller;
    const either = AbortSignal.any([signal, controller.signal]);
    this.state = 'starting';
    this.behindSince = undefined;
    this.hasReachedEnd = false;
    const opened = this.untilAvailable(() => this.open(), either).then(
      () => undefined,
      (error: unknown) => {
        this.enter('refused', error);
        throw error;
      },
    );
    this.loop = opened
      .then(() => this.run(either))
      .catch(() => undefined)
      .finally(() => {
        this.controller = undefined;
        this.saved.giveUp();
      });
    return opened;
  }

  /** Resolves when the event at hand is done with and the checkpoint saved. */
  async stop(): Promise<void> {
    this.controller?.abort();
    await this.loop;
  }

  status(): SubscriptionStatus {
    const caughtUp = this.state === 'running' && this.hasReachedEnd && !this.isBehind();
    const { name, kind, state, done: position, trouble } = this;
    return { name, kind, state, position, caughtUp, ...(trouble ? { error: trouble } : {}) };
  }

  /** Started, and neither stopped nor displaced since: its checkpoint is moved by this process, if by any. */
  get active(): boolean {
    return this.controller !== undefined;
  }

  /** True as soon as the saved checkpoint has reached the position, false when it has not within `timeoutMs`, or does not run any more. */
  waitFor(position: bigint, timeoutMs: number): Promise<boolean> {
    const reached = this.saved.waitFor(position, timeoutMs);
    if (this.cancelSoon && this.done >= position) this.saveAtOnce();
    return reached;
  }

  /** True as soon as this process has saved rows with an event behind the position, false when it has not within `timeoutMs`, or does not run it any more. */
  waitForChange(position: bigint, timeoutMs: number): Promise<boolean> {
    return this.saved.waitForChange(position, timeoutMs);
  }

  /**
   * Waits, however long, until the saved checkpoint has reached the position. False when it never will by itself: it is stuck at an event, or does not run.
   * `still` is called from time to time meanwhile.
   */
  async reaches(position: bigint, still?: () => void): Promise<boolean> {
    while (!(await this.waitFor(position, REACHING_LOOK_MS))) {
      if (!REACHING.has(this.state)) return false;
      still?.();
    }
    return true;
  }

  /** Whatever must be there before the checkpoint is looked at. */
  protected abstract prepare(): Promise<void>;

  /** Handles a batch and saves the checkpoint at its end; returns early only when the signal aborts. Throws CheckpointMoved. */
  protected abstract take(events: readonly RecordedEvent[], signal: AbortSignal): Promise<void>;

  /** Saves rows and checkpoint, waiting for the store as long as it is away. False when the signal aborted before. Throws CheckpointMoved. */
  protected save(position: bigint, changes: readonly RowChange[], signal: AbortSignal): Promise<boolean> {
    const saving = (work: () => Promise<void>) => async (): Promise<true> => {
      await work();
      if (this.done < position) this.done = position;
      return true;
    };
    return this.saved.save({ logId: this.logId, position }, changes, (work) => this.untilAvailable(saving(work), signal));
  }

  /**
   * For what left no rows, or may be handled again without harm: the checkpoint follows what is done while the work goes on, at once where somebody waits for it.
   * What is done within 50 ms before a crash is handled again.
   */
  protected saveSoon(): void {
    if (this.saved.isAwaited(this.done)) this.saveAtOnce();
    else this.cancelSoon ??= this.ports.clock.after(SOON_MS, () => this.saveAtOnce());
  }

  /**
   * To be asked right before what cannot be taken back. What sleeps through its lease and wakes would publish again, late, what its successor has published: a
   * store would refuse it, the bus cannot. Errors: InfrastructureError `relay.lost` (retryable).
   */
  protected refuseUnlessMine(): void {
    if (!this.mine()) throw new InfrastructureError('relay.lost', `this process no longer holds the lease of ${this.name}`, true);
  }

  /** Repeats what fails retryably, with back-off and without limit; undefined when the signal aborted. */
  protected async untilAvailable<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        const result = await work();
        if (tries > 1) this.recovered();
        return result;
      } catch (error) {
        if (!isRetryable(error)) throw error;
        await this.pause(error, tries, signal);
      }
    }
    return undefined;
  }

  /** Waits before the next try, and says why: longer each time for what passes by itself, 30 s for what somebody must look at. */
  protected async pause(error: unknown, tries: number, signal: AbortSignal, event?: RecordedEvent): Promise<void> {
    this.enter(isRetryable(error) ? 'retrying' : 'stuck', error, event);
    await this.ports.clock.sleep(isRetryable(error) ? backOff(tries) : STUCK_MS, signal);
  }

  protected recovered(): void {
    if (this.trouble) this.ports.log.info(`${this.kind} ${this.name} goes on`);
    this.trouble = undefined;
    if (this.state !== 'starting') this.state = 'running';
  }

  private isBehind(): boolean {
    return this.behindSince !== undefined && this.ports.clock.now() - this.behindSince >= BEHIND_MS;
  }

  private saveAtOnce(): void {
    this.cancelSoon?.();
    this.cancelSoon = undefined;
    const { broken } = this;
    this.save(this.done, [], broken.signal).catch((error: unknown) => broken.abort(error));
  }

  private async open(): Promise<void> {
    const { eventStore, readStore } = this.ports;
    this.logId = await eventStore.logId();
    await this.prepare();
    let checkpoint = await readStore.checkpoint(this.name);
    if (checkpoint) {
      await checkCheckpoint(this.name, checkpoint, eventStore);
    } else if (this.startsAt === 'head') {
      // Saved at once: what happens while this process is down belongs to it already.
      checkpoint = { logId: this.logId, position: await eventStore.head() };
      await readStore.commit(this.name, undefined, checkpoint, []);
    }
    this.done = checkpoint?.position ?? BEGINNING;
    this.saved.stands(checkpoint);
    this.trouble = undefined;
    this.state = 'running';
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.ports;
    for (let tries = 1; !signal.aborted; tries += 1) {
      this.broken = new AbortController();
      const either = AbortSignal.any([signal, this.broken.signal]);
      try {
        // What could not be saved beside the work comes before any more of it.
        await this.save(this.done, [], either);
        await this.follow(either, () => (tries = 1));
        this.broken.signal.throwIfAborted();
        if (!signal.aborted) await clock.sleep(backOff(tries), signal);
      } catch (error) {
        if (error instanceof CheckpointMoved) return this.enter('displaced', error);
        await this.pause(error, tries, signal);
      } finally {
        this.cancelSoon?.();
        this.cancelSoon = undefined;
        this.broken.abort();
      }
    }
    await this.saved.settled();
    await this.saveWhatIsDone();
    this.state = 'stopped';
  }

  private async follow(signal: AbortSignal, goesOn: () => void): Promise<void> {
    const { eventStore, clock } = this.ports;
    for await (const batch of eventStore.subscribe({ ...this.options, after: this.done, signal })) {
      // An empty batch moves nothing: a checkpoint beyond the last event would look like one of a longer log after a restart.
      const events = batch.events.filter((event) => event.position > this.done);
      // A store that is away must not find more and more that was done without it.
      if (this.saved.failing) await this.saved.settled();
      if (events.length > 0 && !signal.aborted) await this.take(events, signal);
      if (signal.aborted) return;
      goesOn();
      this.behindSince = batch.caughtUp ? undefined : (this.behindSince ?? clock.now());
      this.hasReachedEnd ||= batch.caughtUp;
      this.recovered();
    }
  }

  /** At the end one try must do: what is handled again after a restart is a repeat. */
  private async saveWhatIsDone(): Promise<void> {
    if (this.logId === '') return;
    try {
      await this.saved.save({ logId: this.logId, position: this.done }, [], (work) => work().then(() => true));
    } catch (error) {
      this.ports.log.warn(`${this.kind} ${this.name} stopped without its last checkpoint`, { reason: messageOf(error) });
    }
  }

  private enter(state: SubscriptionState, error: unknown, event?: RecordedEvent): void {
    const message = messageOf(error);
    const known = this.trouble?.message === message && (this.state === state || this.state === 'starting');
    if (!known) {
      const code = isInfrastructureError(error) ? { code: error.code } : {};
      const where = event ? { event: { position: event.position, stream: event.stream, type: event.type } } : {};
      this.trouble = { ...code, message, since: this.ports.clock.timestamp(), ...where };
      const facts = { reason: message, ...(event ? { position: event.position.toString(), stream: event.stream, type: event.type } : {}) };
      this.ports.log[state === 'retrying' ? 'warn' : 'error'](`${this.kind} ${this.name} is ${state}`, facts);
    }
    if (state !== 'retrying' || this.state !== 'starting') this.state = state;
  }
}

function backOff(tries: number): number {
  return Math.min(LONGEST_BACK_OFF_MS, 100 * 2 ** Math.min(tries - 1, 10));
}
