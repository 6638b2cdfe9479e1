import { type AllStreamResolvedEvent, type EventStoreDBClient, excludeSystemEvents } from '@eventstore/db-client';
import { type EventBatch, type RecordedEvent, type SubscribeOptions, UnreadableEvent } from '@slipway/kernel';
import { CommitSignal } from '../commit-signal';
import { isNoPlace } from './server-failure';
import { type Patience, takeIn } from './server-silence';
import { decoded, positionOf } from './stored-record';
import { placeOf, type WholeLog } from './whole-log';

export interface FollowedServer {
  readonly client: EventStoreDBClient;
  readonly log: WholeLog;
  readonly patience: Patience;
}

/** What a subscription hands over, in the order in which the server said it. */
type Said = AllStreamResolvedEvent | { readonly checkpoint: bigint } | 'caught-up' | 'fell-behind';

const LONGEST_BACK_OFF_MS = 5_000;

/**
 * One subscription of the port over as many of the server as it takes: servers drop whoever does not keep up with a burst, and go away. Reads ahead, so that
 * a slow consumer is no slow subscriber, as far as the buffer goes.
 */
export class LogFollower {
  private readonly buffer: RecordedEvent[] = [];
  private readonly changed = new CommitSignal();
  /** Everything up to here is in the buffer, handed over, or nothing for a subscriber. */
  private reached: bigint;
  /** Where the next subscription of the server goes on: a position that it knows. Undefined until one is found. */
  private place: bigint | undefined;
  private caughtUp = false;
  private away = false;
  private damage: UnreadableEvent | undefined;
  private drained: () => void = () => undefined;

  constructor(
    private readonly server: FollowedServer,
    private readonly options: Required<Omit<SubscribeOptions, 'signal'>>,
  ) {
    this.reached = options.after;
  }

  async *batches(signal: AbortSignal): AsyncGenerator<EventBatch, void, undefined> {
    const { gatherMs } = this.options;
    const { clock } = this.server.patience;
    const abandoned = new AbortController();
    const until = AbortSignal.any([signal, abandoned.signal]);
    const pumped = this.pump(until);
    let told: { checkpoint: bigint; caughtUp?: boolean } = { checkpoint: this.options.after };
    try {
      while (!signal.aborted) {
        const batch = this.next(told);
        if (batch) {
          told = batch;
          yield batch;
        } else if (this.damage) {
          throw this.damage;
        } else {
          await this.changed.next(signal);
          // What comes in one go is handed over in one batch.
          if (gatherMs > 0) await clock.sleep(gatherMs, signal);
          else await new Promise((resolve) => setImmediate(resolve));
        }
      }
    } finally {
      abandoned.abort();
      this.drained();
      await pumped;
    }
  }

  /** Undefined while there is nothing to tell. That the server is away is told, once it is more than a drop. */
  private next(told: { checkpoint: bigint; caughtUp?: boolean }): EventBatch | undefined {
    const events = this.buffer.splice(0, this.options.maxBatch);
    const emptied = this.buffer.length === 0;
    if (this.buffer.length <= this.options.maxBatch / 2) this.drained();
    const checkpoint = emptied ? this.reached : events.at(-1)!.position;
    const caughtUp = emptied && this.caughtUp;
    const news = events.length > 0 || checkpoint > told.checkpoint || (caughtUp ? !told.caughtUp : this.away && told.caughtUp === true);
    return news ? { events, checkpoint: checkpoint > told.checkpoint ? checkpoint : told.checkpoint, caughtUp } : undefined;
  }

  /** Subscribes again and again, each time where the last one ended. Never rejects. */
  private async pump(signal: AbortSignal): Promise<void> {
    const { clock } = this.server.patience;
    for (let failures = 0; !signal.aborted && !this.damage;) {
      const [before, since] = [this.reached, clock.now()];
      try {
        await this.subscribeOnce(signal);
      } catch (error) {
        if (error instanceof UnreadableEvent) this.damage = error;
        else if (isNoPlace(error)) this.place = undefined;
      }
      // One that was good for something, or for a while, ended as they do now and then.
      failures = this.reached > before || clock.now() - since > LONGEST_BACK_OFF_MS ? 0 : failures + 1;
      this.caughtUp = false;
      this.away = failures > 1;
      this.changed.announce();
      if (failures > 0 && !this.damage) await clock.sleep(Math.min(LONGEST_BACK_OFF_MS, 25 * 2 ** Math.min(failures, 10)), signal);
    }
  }

  /** Resolves when the signal aborts or the server ends it; rejects when it breaks: all the same, but for what is damaged. */
  private async subscribeOnce(signal: AbortSignal): Promise<void> {
    const { client, log, patience } = this.server;
    this.place ??= await log.startFor(this.reached, signal);
    if (signal.aborted) return;
    // Checkpoints and turns go through the same queue as the events: said beside it, they would overtake those that wait in it.
    const subscription = client.subscribeToAll({
      fromPosition: placeOf(this.place),
      filter: excludeSystemEvents({ checkpointReached: async (same, { commit }) => void same.push({ checkpoint: commit } satisfies Said) }),
    });
    subscription.on('caughtUp', () => void subscription.push('caught-up' satisfies Said));
    subscription.on('fellBehind', () => void subscription.push('fell-behind' satisfies Said));
    const take = (said: Said) => {
      this.take(said);
      if (this.buffer.length >= this.options.maxBatch) {
        subscription.pause();
        this.drained = () => void subscription.resume();
      }
      this.changed.announce();
      return true;
    };
    const mayBeSilent = () => this.caughtUp || subscription.isPaused();
    await takeIn(subscription, { take, cancel: () => subscription.unsubscribe(), mayBeSilent, signal }, patience);
  }

  private take(said: Said): void {
    if (said === 'caught-up' || said === 'fell-behind') {
      this.caughtUp = said === 'caught-up';
      this.away &&= !this.caughtUp;
    } else if ('checkpoint' in said) {
      this.reach(said.checkpoint);
    } else if (said.event) {
      const position = positionOf(said.event);
      if (position > this.reached) this.buffer.push(decoded(said.event));
      this.reach(position);
    }
  }

  private reach(position: bigint): void {
    this.place = position;
    if (position > this.reached) this.reached = position;
  }
}
