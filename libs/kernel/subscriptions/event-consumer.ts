import { InfrastructureError, isRetryable, messageOf } from '../errors';
import type { RecordedEvent } from '../event';
import { KeyQueue } from '../streams/key-queue';
import { within, workOfEvent } from '../telemetry/work-at-hand';
import { CatchUpSubscription, type SubscriptionOptions, type SubscriptionPorts } from './catch-up-subscription';
import { type ParkedEvent, ParkedEvents } from './parked-events';
import type { SubscriptionStatus } from './subscription-status';

export interface ConsumerIdentity {
  readonly name: string;
  readonly startsAt: 'beginning' | 'head';
}

/** Tries before an event is parked; errors that are retryable never count. */
const TRIES = 3;
/** Of so many keys events are handled at the same time. */
const KEYS_AT_ONCE = 32;

/**
 * What reactors and relays share: each event at least once, those of a key in log order; an event that cannot be handled is parked with the later ones of its
 * stream and stops nobody else.
 */
export abstract class EventConsumer extends CatchUpSubscription {
  private readonly parkedEvents: ParkedEvents;
  /** Replaying and handling take turns on a stream, so its order holds. */
  private readonly turns = new KeyQueue();
  private replays: Promise<unknown> = Promise.resolve();

  protected constructor(identity: ConsumerIdentity, ports: SubscriptionPorts, options: SubscriptionOptions) {
    super(identity.name, identity.startsAt, ports, options);
    this.parkedEvents = new ParkedEvents(identity.name, ports.readStore, ports.clock);
  }

  override status(): SubscriptionStatus {
    return { ...super.status(), parked: this.parkedEvents.count() };
  }

  /** In log order. Needs `start` before. */
  parked(): Promise<ParkedEvent[]> {
    return this.parkedEvents.list();
  }

  /**
   * Tries the parked events again, in log order; a stream is left at its first event that fails again, with the new reason. Needs `start` before.
   * Errors: retryable ones of stores or bus; what was handled before stays handled.
   */
  replayParked(): Promise<{ handled: number; left: number }> {
    const replayed = this.replays.then(() => this.replayAll());
    this.replays = replayed.catch(() => undefined);
    return replayed;
  }

  /** The effect of one event; must be idempotent. */
  protected abstract handle(event: RecordedEvent): Promise<void>;

  /** The effect of many at once, where that is cheaper: all or, when it throws, to be repeated one by one. */
  protected handleTogether?(events: readonly RecordedEvent[]): Promise<void>;

  /** Events of one key are handled in log order, those of others side by side. A stream has one key. */
  protected keyOf(_event: RecordedEvent): string {
    return '';
  }

  protected override prepare(): Promise<void> {
    return this.parkedEvents.load();
  }

  protected override async take(events: readonly RecordedEvent[], signal: AbortSignal): Promise<void> {
    if (events.length > 1 && (await this.takeTogether(events, signal))) this.done = events[events.length - 1]!.position;
    else await this.takeByKey(events, signal);
    this.saveSoon();
  }

  /** False: not done, they must be taken one by one. */
  private async takeTogether(events: readonly RecordedEvent[], signal: AbortSignal): Promise<boolean> {
    try {
      const done = await this.untilAvailable(async () => {
        if (!this.handleTogether || events.some((event) => this.parkedEvents.holds(event.stream))) return false;
        await this.handleTogether(events.map((event) => this.ports.catalogue.decode(event)));
        return true;
      }, signal);
      return done ?? false;
    } catch {
      return false;
    }
  }

  /** Returns early only when the signal aborts; what is done then is what has nothing undone before it. */
  private async takeByKey(events: readonly RecordedEvent[], signal: AbortSignal): Promise<void> {
    const waiting = grouped(events, (event) => this.keyOf(event));
    const taken = new Set<RecordedEvent>();
    let passed = 0;
    const hand = async (): Promise<void> => {
      for (let group = waiting.shift(); group; group = waiting.shift()) {
        for (const event of group) {
          if (!(await within(workOfEvent(event), () => this.takeOne(event, signal)))) return;
          taken.add(event);
          while (passed < events.length && taken.delete(events[passed]!)) this.done = events[passed++]!.position;
        }
      }
    };
    // All of them: what is begun again must not meet what still runs.
    const hands = await Promise.allSettled(Array.from({ length: Math.min(KEYS_AT_ONCE, waiting.length) }, hand));
    for (const each of hands) if (each.status === 'rejected') throw each.reason;
  }

  private async takeOne(event: RecordedEvent, signal: AbortSignal): Promise<boolean> {
    for (let tries = 1, failures = 0; !signal.aborted; tries += 1) {
      try {
        await this.turns.run(event.stream, () => this.handleOrPark(event));
        this.recovered();
        return true;
      } catch (error) {
        if (!isRetryable(error)) failures += 1;
        if (failures >= TRIES && !isRetryable(error)) return this.park(event, messageOf(error), signal);
        await this.pauseBetweenTries(error, tries, signal, event);
      }
    }
    return false;
  }

  private async handleOrPark(event: RecordedEvent): Promise<void> {
    if (this.parkedEvents.holds(event.stream)) return this.parkedEvents.park(event, 'stands behind a parked event of its stream');
    await this.handle(this.ports.catalogue.decode(event));
  }

  private async park(event: RecordedEvent, reason: string, signal: AbortSignal): Promise<boolean> {
    const parked = await this.untilAvailable(async () => {
      await this.turns.run(event.stream, () => this.parkedEvents.park(event, reason));
      return true;
    }, signal);
    if (!parked) return false;
    this.ports.log.error(`${this.kind} ${this.name} parked an event`, { reason, stream: event.stream, type: event.type, event: event.id });
    this.recovered();
    return true;
  }

  /** Poison is tried again soon: it holds the others up until it is parked. */
  private async pauseBetweenTries(error: unknown, tries: number, signal: AbortSignal, event: RecordedEvent): Promise<void> {
    if (isRetryable(error)) return this.pause(error, tries, signal, event);
    this.ports.log.warn(`${this.kind} ${this.name} failed on an event and tries again`, { reason: messageOf(error), event: event.id });
    await this.ports.clock.sleep(100 * 2 ** Math.min(tries, 6), signal);
  }

  private async eventOf(parked: ParkedEvent): Promise<RecordedEvent> {
    const [event] = await this.ports.eventStore.readAll({ after: parked.position - 1n, limit: 1 });
    if (event?.id === parked.eventId) return event;
    throw new InfrastructureError('event.missing', `event ${parked.eventId} is not at position ${parked.position} of the log`, false);
  }

  private async replayAll(): Promise<{ handled: number; left: number }> {
    const failed = new Set<string>();
    let handled = 0;
    for (const parked of await this.parkedEvents.list()) {
      if (failed.has(parked.stream)) continue;
      if (await this.turns.run(parked.stream, () => this.replay(parked))) handled += 1;
      else failed.add(parked.stream);
    }
    return { handled, left: this.parkedEvents.count() };
  }

  /** False when it failed again. Errors: retryable ones. */
  private async replay(parked: ParkedEvent): Promise<boolean> {
    try {
      await this.handle(this.ports.catalogue.decode(await this.eventOf(parked)));
    } catch (error) {
      if (isRetryable(error)) throw error;
      await this.parkedEvents.giveReason(parked, messageOf(error));
      return false;
    }
    await this.parkedEvents.release(parked);
    return true;
  }
}

function grouped(events: readonly RecordedEvent[], keyOf: (event: RecordedEvent) => string): RecordedEvent[][] {
  const groups = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const key = keyOf(event);
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  return [...groups.values()];
}
