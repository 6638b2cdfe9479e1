import {
  type Clock,
  type EventStore,
  type Leases,
  type MessageBus,
  messageOf,
  type OwnedSubscription,
  ownedSubscriptions,
  type ReadStore,
  type SubscriptionHub,
} from '@slipway/kernel';
import type { ProcessState } from './process-state';

/** Something that a process cannot do its work without. */
export interface Part {
  readonly name: string;
  /** Why it does not work now, in plain words; undefined while it does. */
  readonly trouble: () => Promise<string | undefined> | string | undefined;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly state: string;
  readonly parts: readonly { readonly name: string; readonly ready: boolean; readonly reason?: string }[];
  readonly subscriptions: readonly OwnedSubscription[];
}

/** What a process may have; a worker has a bus alone. */
export interface ReadinessPorts {
  readonly state: ProcessState;
  readonly clock: Clock;
  readonly bus: MessageBus;
  readonly eventStore?: EventStore;
  readonly readStore?: ReadStore;
  readonly leases?: Leases;
  readonly hub?: SubscriptionHub;
}

/** A part that says nothing for this long does not work. */
const SILENT_MS = 2_000;

/** Whether a process can do its work: every part of it, and every subscription, whichever process runs that. */
export class Readiness {
  private readonly parts: Part[];

  constructor(private readonly on: ReadinessPorts) {
    const { bus, eventStore, readStore } = on;
    this.parts = [
      ...(eventStore ? [{ name: 'event store', trouble: () => failing(eventStore.head()) }] : []),
      ...(readStore ? [{ name: 'read store', trouble: () => failing(readStore.checkpoints()) }] : []),
      { name: 'message bus', trouble: () => bus.trouble() },
    ];
  }

  add(part: Part): void {
    this.parts.push(part);
  }

  async report(): Promise<ReadinessReport> {
    const state = this.on.state.current;
    const [parts, { subscriptions, reason }] = await Promise.all([
      Promise.all(this.parts.map((part) => this.tried(part))),
      this.subscriptions(),
    ]);
    const told = reason === undefined ? parts : [...parts, { name: 'subscriptions', ready: false, reason }];
    const ready = state === 'running' && told.every((part) => part.ready) && subscriptions.every(works);
    return { ready, state, parts: told, subscriptions };
  }

  private async tried({ name, trouble }: Part): Promise<ReadinessReport['parts'][number]> {
    const reason = await this.within(Promise.resolve().then(trouble).catch(messageOf));
    return { name, ready: reason === undefined, ...(reason === undefined ? {} : { reason }) };
  }

  private async subscriptions(): Promise<{ subscriptions: OwnedSubscription[]; reason?: string }> {
    const { leases, hub } = this.on;
    if (!leases || !hub) return { subscriptions: [] };
    let subscriptions: OwnedSubscription[] = [];
    const reason = await this.within(
      leases.current().then((current) => {
        subscriptions = ownedSubscriptions(current, hub);
        return subscriptions.length === 0 ? 'no processor runs: nothing that happens is acted on' : undefined;
      }, messageOf),
    );
    return { subscriptions, ...(reason === undefined ? {} : { reason }) };
  }

  private async within(answer: Promise<string | undefined>): Promise<string | undefined> {
    const late = new AbortController();
    const silence = this.on.clock.sleep(SILENT_MS, late.signal).then(() => `it did not answer within ${SILENT_MS / 1_000} s`);
    const reason = await Promise.race([answer, silence]);
    late.abort();
    return reason;
  }
}

function failing(asked: Promise<unknown>): Promise<string | undefined> {
  return asked.then(() => undefined, messageOf);
}

/** It has an owner that lives, runs, and is not behind. */
function works({ owner, state, caughtUp }: OwnedSubscription): boolean {
  return owner !== undefined && state === 'running' && caughtUp === true;
}
