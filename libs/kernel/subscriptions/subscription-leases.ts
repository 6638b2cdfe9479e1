import type { Lease } from '../ports/leases';
import type { SubscriptionHub } from './subscription-hub';
import type { SubscriptionStatus } from './subscription-status';

/** Begins the name of the lease by which a process says that it lives; the rest is its id. */
export const PRESENCE = 'processor/';

export interface PresenceFacts {
  /** Names of all subscriptions that it could run. */
  readonly runs: readonly string[];
}

/** A subscription's status as its owner tells it, JSON-exact: positions are decimal texts. */
export type OwnerFacts = Omit<SubscriptionStatus, 'position' | 'error'> & {
  readonly position: string;
  readonly error?: Omit<NonNullable<SubscriptionStatus['error']>, 'event'> & {
    readonly event?: { readonly position: string; readonly stream: string; readonly type: string };
  };
};

export function ownerFacts({ position, error, ...status }: SubscriptionStatus): OwnerFacts {
  const { event, ...trouble } = error ?? {};
  const at = event && { event: { ...event, position: String(event.position) } };
  return { ...status, position: String(position), ...(error ? { error: { ...(trouble as typeof error), ...at } } : {}) } as OwnerFacts;
}

/** A subscription, whichever process runs it. */
export type OwnedSubscription = { readonly name: string; readonly owner?: string } & Partial<Omit<OwnerFacts, 'name'>>;

/**
 * Every subscription that a living process could run, with what its owner last said of it (at most a second old; of what runs in this process: now). One without
 * an owner has its name alone.
 */
export function ownedSubscriptions(leases: readonly Lease[], hub: SubscriptionHub): OwnedSubscription[] {
  const owners = new Map(leases.map((lease) => [lease.name, lease]));
  const present = leases.filter(({ name }) => name.startsWith(PRESENCE));
  const names = new Set(present.flatMap(({ facts }) => (facts as PresenceFacts).runs));
  return [...names].sort().map((name) => {
    const lease = owners.get(name);
    const own = hub.find(name);
    if (own?.active) return { owner: lease?.holder ?? 'this process', ...ownerFacts(own.status()) };
    return lease ? { owner: lease.holder, ...(lease.facts as OwnerFacts), name } : { name };
  });
}
