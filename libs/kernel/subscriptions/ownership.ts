import { messageOf } from '../errors';
import type { Clock } from '../ports/clock';
import type { Lease, Leases, WantedLease } from '../ports/leases';
import type { Log } from '../ports/log';
import type { CatchUpSubscription } from './catch-up-subscription';
import { EventConsumer } from './event-consumer';
import { belongsTo } from './rendezvous';
import type { SubscriptionHub } from './subscription-hub';
import { type OwnerFacts, ownerFacts, type PresenceFacts, PRESENCE } from './subscription-leases';

export interface OwnershipDependencies {
  readonly hub: SubscriptionHub;
  readonly leases: Leases;
  /** Of this process: an id new at each start. */
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a process may be silent before others take what it had. */
const LEASE_MS = 10_000;
const RENEW_MS = 1_000;
/** How soon what somebody let go of is taken: meanwhile nobody runs it. */
const LOOK_MS = 200;
/** How long the farewell to the leases may take: those that are not let go run out. */
const FAREWELL_MS = 2_000;

/**
 * Shares subscriptions among the processes that can run them: one owner each at a time, by a lease, and about the same number for everybody (decision 12). A process
 * that comes gets its share within seconds, what one that went had is taken over by the others. Whoever slept through its lease finds its checkpoints moved.
 */
export class Ownership {
  private readonly ending = new AbortController();
  private readonly started = new Set<string>();
  /** What stops here, by name; settled when its lease was let go of. */
  private readonly endings = new Map<string, Promise<void>>();
  /** When what is held was renewed last, as it was asked for: clock's milliseconds. */
  private renewedAt = -Infinity;
  private loop: Promise<void> = Promise.resolve();
  /** The round that is under way. */
  private atHand: Promise<unknown> = Promise.resolve();

  constructor(private readonly on: OwnershipDependencies) {}

  /**
   * Resolves when this process runs its share of what was free; from then on it looks after it by itself until `stop`. Waits for stores that are away.
   * Errors: those of CatchUpSubscription.start; everything is stopped then.
   */
  async start(): Promise<void> {
    const { log, clock } = this.on;
    try {
      for (let tries = 1; !this.ending.signal.aborted; tries += 1) {
        const opened = await this.begun(this.round()).catch((error: unknown) => {
          if (tries === 1) log.warn('waiting for the leases of the subscriptions', { reason: messageOf(error) });
          return undefined;
        });
        if (!opened) {
          await clock.sleep(RENEW_MS, this.ending.signal);
          continue;
        }
        if (tries > 1) log.info('the leases of the subscriptions are there');
        // The leases want to be renewed while stores that are away are waited for.
        this.loop = this.run();
        await Promise.all(opened);
        return;
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops what runs here and lets go of each as soon as it has stopped, so that others need not wait. */
  async stop(): Promise<void> {
    const { hub, holder } = this.on;
    this.ending.abort();
    await this.loop;
    // Did it end behind the farewell, it would take again what was let go of.
    await this.within(FAREWELL_MS, this.atHand);
    // Nothing belongs to it from here on.
    const farewell = this.letGo(PRESENCE + holder);
    for (const subscription of this.running()) this.end(subscription);
    await Promise.all(hub.all().map((subscription) => subscription.stop()));
    await this.within(FAREWELL_MS, Promise.all([farewell, ...this.endings.values()]));
  }

  private async within(ms: number, work: Promise<unknown>): Promise<void> {
    const late = new AbortController();
    await Promise.race([work, this.on.clock.sleep(ms, late.signal)]);
    late.abort();
  }

  private begun<T>(round: Promise<T>): Promise<T> {
    this.atHand = round.catch(() => undefined);
    return round;
  }

  private async run(): Promise<void> {
    const { leases, clock, log } = this.on;
    const { signal } = this.ending;
    const ended = new Promise<[]>((resolve) => signal.addEventListener('abort', () => resolve([]), { once: true }));
    for (let trouble = false; !signal.aborted;) {
      await clock.sleep(leases.shared ? LOOK_MS : RENEW_MS, signal);
      if (signal.aborted) return;
      try {
        // A store that hangs must not keep this process from ending.
        const opened = await Promise.race([this.begun(this.round()), ended]);
        for (const each of opened) each.catch(() => undefined);
        if (trouble) log.info('the leases of the subscriptions are there again');
        trouble = false;
      } catch (error) {
        if (!trouble) log.warn('the leases of the subscriptions could not be renewed', { reason: messageOf(error) });
        trouble = true;
        if (!this.holds()) this.endAll();
      }
    }
  }

  /** Whether what was held last is held for sure. */
  private holds(): boolean {
    return this.renewedWithin(LEASE_MS);
  }

  /** A clock that was set back says nothing of how long ago it was: no. */
  private renewedWithin(ms: number): boolean {
    const ago = this.on.clock.now() - this.renewedAt;
    return ago >= 0 && ago < ms;
  }

  /** Gives up what belongs to others by now, takes what is free, and renews when it is time to. Resolves with the starts of what was taken. */
  private async round(): Promise<Promise<void>[]> {
    const { hub, leases, holder, clock } = this.on;
    const current = await leases.current();
    const share = this.shareAmong(current);
    for (const subscription of this.running()) if (!share.has(subscription.name)) this.end(subscription);
    const held = new Set(current.map(({ name }) => name));
    if (this.renewedWithin(RENEW_MS) && [...share].every((name) => held.has(name))) return [];
    const asked = clock.now();
    const wanted = hub.all().filter(({ name }) => share.has(name));
    const taken = await leases.hold(holder, [this.presence(), ...wanted.map(wish)], LEASE_MS);
    this.renewedAt = asked;
    for (const subscription of this.running()) if (!taken.has(subscription.name)) this.end(subscription);
    return wanted.filter(({ name }) => taken.has(name)).flatMap((subscription) => this.begin(subscription));
  }

  private presence(): WantedLease {
    const { hub, holder } = this.on;
    const facts: PresenceFacts = { runs: hub.all().map(({ name }) => name) };
    return { name: PRESENCE + holder, facts };
  }

  private running(): CatchUpSubscription[] {
    return this.on.hub.all().filter(({ name }) => this.started.has(name));
  }

  /** What should run here, as far as this process knows it: each subscription belongs to one of those that live and can run it. */
  private shareAmong(current: readonly Lease[]): Set<string> {
    const { hub, holder } = this.on;
    const others = current.filter(({ name, holder: other }) => name.startsWith(PRESENCE) && other !== holder);
    const able = (name: string) => others.filter(({ facts }) => (facts as PresenceFacts).runs.includes(name)).map((other) => other.holder);
    return new Set(hub.all().flatMap(({ name }) => (belongsTo(name, [holder, ...able(name)]) === holder ? [name] : [])));
  }

  private begin(subscription: CatchUpSubscription): Promise<void>[] {
    const { name } = subscription;
    const stops = this.ending.signal.aborted || this.endings.has(name);
    if (stops || subscription.active || subscription.status().state === 'refused') return [];
    this.started.add(name);
    return [subscription.start(this.ending.signal, () => this.holds()).then(() => this.replayParked(subscription))];
  }

  /** Not waited for: what is at hand may take longer than the other leases last. A lease that somebody else has by now is theirs. */
  private end(subscription: CatchUpSubscription): void {
    const { name } = subscription;
    this.started.delete(name);
    const ended = subscription
      .stop()
      .then(() => this.letGo(name))
      .finally(() => this.endings.delete(name));
    this.endings.set(name, ended);
  }

  private async letGo(name: string): Promise<void> {
    const { leases, holder, log } = this.on;
    try {
      await leases.letGo(holder, [name]);
    } catch (error) {
      log.debug(`the lease of ${name} will run out`, { reason: messageOf(error) });
    }
  }

  /** Its leases ran out before they could be renewed: somebody else may act by now. */
  private endAll(): void {
    const running = this.running();
    if (running.length > 0) this.on.log.warn('this process lets go of its subscriptions: their leases ran out');
    for (const subscription of running) this.end(subscription);
  }

  /** What could not be handled before may be possible now: with another version of Slipway, say. What still fails stays parked, and shows in readiness. */
  private async replayParked(subscription: CatchUpSubscription): Promise<void> {
    if (!(subscription instanceof EventConsumer)) return;
    const { log } = this.on;
    try {
      const { handled, left } = await subscription.replayParked();
      if (handled + left > 0) log.info(`${subscription.name}: ${handled} parked events were handled now, ${left} are left`);
    } catch (error) {
      log.warn(`${subscription.name}: its parked events could not be tried again`, { reason: messageOf(error) });
    }
  }
}

function wish(subscription: CatchUpSubscription): WantedLease {
  const facts: OwnerFacts = ownerFacts(subscription.status());
  return { name: subscription.name, facts };
}
