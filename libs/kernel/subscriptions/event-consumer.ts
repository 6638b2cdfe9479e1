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

/**
 * What reactors and relays share: each event at least once, in log order; an event that cannot be handled is parked with the later ones of its
 * stream and stops nobody else.
 */
export abstract class EventConsumer extends CatchUpSubscription {
  private readonly parkedEvents: ParkedEvents;
  /** Replaying and handling take turns, so a stream's order holds. */
  private readonly turns = new KeyQueue();

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
    return this.turn(async () => {
      const failed = new Set<string>();
      let handled = 0;
      for (const parked of await this.parkedEvents.list()) {
        if (failed.has(parked.stream)) continue;
        try {
          await this.handle(this.ports.catalogue.decode(await this.eventOf(parked)));
        } catch (error) {
          if (isRetryable(error)) throw error;
          failed.add(parked.stream);
          await this.parkedEvents.giveReason(parked, messageOf(error));
          continue;
        }
        await this.parkedEvents.release(parked);
        handled += 1;
      }
      return { handled, left: this.parkedEvents.count() };
    });
  }

  /** The effect of one event; must be idempotent. */
  protected abstract handle(event: RecordedEvent): Promise<void>;

  /** The effect of many at once, where that is cheaper: all or, when it throws, to be repeated one by one. */
  protected handleTogether?(events: readonly RecordedEvent[]): Promise<void>;

  protected override prepare(): Promise<void> {
    return this.parkedEvents.load();
  }

  protected override async take(events: readonly RecordedEvent[], signal: AbortSignal): Promise<void> {
    if (events.length > 1 && (await this.takeTogether(events, signal))) {
      this.done = events[events.length - 1]!.position;
    } else {
      for (const event of events) {
        if (!(await within(workOfEvent(event), () => this.takeOne(event, signal)))) return;
        this.done = event.position;
      }
    }
    await this.save(this.done, [], signal);
  }

  /** False: not done, they must be taken one by one. */
  private async takeTogether(events: readonly RecordedEvent[], signal: AbortSignal): Promise<boolean> {
    try {
      const done = await this.untilAvailable(
        () =>
          this.turn(async () => {
            if (!this.handleTogether || events.some((event) => this.parkedEvents.holds(event.stream))) return false;
            await this.handleTogether(events.map((event) => this.ports.catalogue.decode(event)));
            return true;
          }),
        signal,
      );
      return done ?? false;
    } catch {
      return false;
    }
  }

  private async takeOne(event: RecordedEvent, signal: AbortSignal): Promise<boolean> {
    for (let tries = 1, failures = 0; !signal.aborted; tries += 1) {
      try {
        await this.turn(() => this.handleOrPark(event));
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
      await this.turn(() => this.parkedEvents.park(event, reason));
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

  private turn<T>(work: () => Promise<T>): Promise<T> {
    return this.turns.run('turn', work);
  }
}
