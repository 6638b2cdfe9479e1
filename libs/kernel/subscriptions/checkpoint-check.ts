import { InfrastructureError } from '../errors';
import type { EventStore } from '../ports/event-store';
import type { Checkpoint } from '../ports/read-store';

const REMEDY = 'stop Slipway, delete the read store (its file, or its tables), start again: all rows are rebuilt from the log';

/**
 * A checkpoint of another log, or ahead of this one, means that one of the two was restored or exchanged: going on would skip events or keep rows of
 * what never happened. Errors: InfrastructureError `projection.checkpoint-foreign`, `projection.checkpoint-ahead`, not retryable.
 */
export async function checkCheckpoint(subscription: string, checkpoint: Checkpoint, eventStore: EventStore): Promise<void> {
  const logId = await eventStore.logId();
  if (checkpoint.logId !== logId) {
    const what = `the checkpoint of ${subscription} belongs to log ${checkpoint.logId}, but the event store is log ${logId}`;
    throw new InfrastructureError('projection.checkpoint-foreign', `${what}: ${REMEDY}`, false);
  }
  const head = await eventStore.head();
  if (checkpoint.position > head) {
    const what = `the checkpoint of ${subscription} is at position ${checkpoint.position}, but the log ends at ${head} (was a backup restored?)`;
    throw new InfrastructureError('projection.checkpoint-ahead', `${what}: ${REMEDY}`, false);
  }
}
