import type { CatchUpSubscription } from './catch-up-subscription';
import type { SubscriptionStatus } from './subscription-status';

/** All subscriptions of a process. */
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

  /** Throws for an unknown name. */
  get(name: string): CatchUpSubscription {
    const subscription = this.subscriptions.get(name);
    if (!subscription) throw new Error(`there is no subscription ${name}`);
    return subscription;
  }

  /** Starts all. When one refuses, all are stopped again and its error is thrown. */
  async start(signal: AbortSignal): Promise<void> {
    try {
      await Promise.all(this.all().map((subscription) => subscription.start(signal)));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.all().map((subscription) => subscription.stop()));
  }

  statuses(): SubscriptionStatus[] {
    return this.all().map((subscription) => subscription.status());
  }

  /** See CatchUpSubscription.hasCaughtUp. */
  hasCaughtUp(name: string): boolean {
    return this.get(name).hasCaughtUp();
  }

  /** See CatchUpSubscription.waitFor. A projection's name is its `schemaName`. */
  waitFor(name: string, position: bigint, timeoutMs: number): Promise<boolean> {
    return this.get(name).waitFor(position, timeoutMs);
  }
}
