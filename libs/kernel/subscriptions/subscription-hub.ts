import type { CatchUpSubscription } from './catch-up-subscription';
import type { SubscriptionStatus } from './subscription-status';

/** All subscriptions that a process can run: which of them it does run, its Ownership says. */
export class SubscriptionHub {
  private readonly subscriptions = new Map<string, CatchUpSubscription>();

  /** Throws for a name that is taken: two would fight for one checkpoint. */
  constructor(subscriptions: readonly CatchUpSubscription[] = []) {
    for (const subscription of subscriptions) this.add(subscription);
  }

  add(subscription: CatchUpSubscription): void {
    if (this.subscriptions.has(subscription.name)) throw new Error(`two subscriptions are named ${subscription.name}`);
    this.subscriptions.set(subscription.name, subscription);
  }

  all(): CatchUpSubscription[] {
    return [...this.subscriptions.values()];
  }

  find(name: string): CatchUpSubscription | undefined {
    return this.subscriptions.get(name);
  }

  /** Throws for an unknown name. */
  get(name: string): CatchUpSubscription {
    const subscription = this.find(name);
    if (!subscription) throw new Error(`there is no subscription ${name}`);
    return subscription;
  }

  statuses(): SubscriptionStatus[] {
    return this.all().map((subscription) => subscription.status());
  }
}
