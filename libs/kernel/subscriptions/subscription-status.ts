/**
 * stopped: not started, or asked to stop · starting: looks at its checkpoint · running · retrying: a store or the bus is away, tried again by
 * itself · stuck: an event cannot be applied, tried again every 30 s · refused: its checkpoint does not belong to this log · displaced: another
 * process moved its checkpoint, so this one let go; `start` takes it up again.
 */
export type SubscriptionState = 'stopped' | 'starting' | 'running' | 'retrying' | 'stuck' | 'refused' | 'displaced';

export interface SubscriptionTrouble {
  readonly code?: string;
  readonly message: string;
  /** When it began: RFC 3339 UTC. */
  readonly since: string;
  /** The event it stands at, where it is one event's. */
  readonly event?: { readonly position: bigint; readonly stream: string; readonly type: string };
}

export interface SubscriptionStatus {
  readonly name: string;
  readonly kind: 'projection' | 'reactor' | 'relay';
  readonly state: SubscriptionState;
  /** Everything up to here has taken effect; its saved checkpoint is there within 50 ms. Compare with the log's head for the lag. */
  readonly position: bigint;
  /** True when it reached the log's end since its start, was there within the last 10 s or stands there now, and nothing is wrong. */
  readonly caughtUp: boolean;
  readonly error?: SubscriptionTrouble;
  /** Reactors and relays: how many events wait for somebody to look at them. */
  readonly parked?: number;
}
