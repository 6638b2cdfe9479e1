import type { RecordedEvent } from '../event';
import type { Clock } from '../ports/clock';
import type { EventStore } from '../ports/event-store';
import type { SubscriptionLag } from '../ports/metrics';
import type { SubscriptionHub } from '../subscriptions/subscription-hub';

/** Positions cannot be counted (they may be byte offsets), so events are read; whoever is further behind is so many behind, or more. */
const COUNTED = 1_000;
/** Whoever asks for figures waits for a store no longer. */
const PATIENCE_MS = 2_000;

/**
 * How far each subscription that runs in this process is behind. Those that stand at one place share one look. Errors: those of the
 * store; where it says nothing for 2 s, there are none to tell.
 */
export async function subscriptionLags(
  hub: SubscriptionHub,
  eventStore: Pick<EventStore, 'readAll'>,
  clock: Clock,
): Promise<SubscriptionLag[]> {
  const looks = new Map<bigint, Promise<RecordedEvent[]>>();
  const unhandled = (after: bigint): Promise<RecordedEvent[]> => {
    const look = looks.get(after) ?? eventStore.readAll({ after, limit: COUNTED });
    looks.set(after, look);
    return look;
  };
  const running = hub.all().filter((subscription) => subscription.active);
  const told = running.map(async (subscription): Promise<SubscriptionLag> => {
    const { name, position, parked = 0 } = subscription.status();
    const events = await unhandled(position);
    const [oldest] = events;
    const ageMs = oldest ? Math.max(0, clock.now() - Date.parse(oldest.metadata.at)) : 0;
    return { subscription: name, seconds: ageMs / 1_000, events: events.length, parked };
  });
  const answered = new AbortController();
  const silence = clock.sleep(PATIENCE_MS, answered.signal).then(() => []);
  return Promise.race([Promise.all(told), silence]).finally(() => answered.abort());
}
