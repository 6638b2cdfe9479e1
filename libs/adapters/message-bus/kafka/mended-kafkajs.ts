import type { Assigner } from 'kafkajs';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';
import RequestQueue from 'kafkajs/src/network/requestQueue';

/** What kafkajs asks an assigner that has one of these, beside sharing out partitions. Consumers that are not ours notice nothing. */
export interface Membership {
  /** Before the member joins its group (again), when its partitions may go to others: finish what runs. */
  leaving(): Promise<void>;
  /** The member joined; fetching begins when this resolves. A rejection ends the consumer with CRASH. */
  joined(group: ConsumerGroup): Promise<void>;
  /** A broker answered a fetch: a batch for each partition asked for, empty ones too. */
  fetched(batches: readonly ConsumerGroup.FetchedBatch[]): void;
}

export type MemberAssigner = Assigner & { readonly membership: Membership };

function membershipOf({ assigners }: ConsumerGroup): Membership | undefined {
  return assigners.map((assigner) => (assigner as Partial<MemberAssigner>).membership).find((membership) => membership !== undefined);
}

let mended = false;

/**
 * Mends kafkajs 2.2.4, which nobody maintains any more, where its public ways do not reach:
 * 1. Every connection arms a timer with a negative delay again and again, for ever (tulios/kafkajs#1751): 3 % of a core, and a warning on Node 24.
 * 2. A member joins again without waiting for the handlers that still run, and does not say where it stands when a fetch brings nothing.
 */
export function mendKafkajs(): void {
  if (mended) return;
  mended = true;
  const { scheduleCheckPendingRequests } = RequestQueue.prototype;
  RequestQueue.prototype.scheduleCheckPendingRequests = function () {
    // With nothing pending there is nothing to look after; the next request that must wait comes here itself.
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
  const { joinAndSync, fetch } = ConsumerGroup.prototype;
  ConsumerGroup.prototype.joinAndSync = async function () {
    const membership = membershipOf(this);
    await membership?.leaving();
    await joinAndSync.call(this);
    await membership?.joined(this);
  };
  ConsumerGroup.prototype.fetch = async function (nodeId) {
    const batches = await fetch.call(this, nodeId);
    membershipOf(this)?.fetched(batches);
    return batches;
  };
}
