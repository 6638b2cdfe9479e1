import { appendContract } from './event-store/append.contract';
import { type OpenedEventStore, StoreUnderTest } from './event-store/store-under-test';
import { readContract } from './event-store/read.contract';
import { retryContract } from './event-store/retry.contract';
import { subscriptionContract } from './event-store/subscription.contract';

export type { OpenedEventStore } from './event-store/store-under-test';

/**
 * What every adapter of the port EventStore must do. `open` opens a log, whose content does not matter (a server keeps that of earlier
 * runs); `reopen`, where the adapter has one, closes the store and opens the same log again.
 */
export function eventStoreContract(name: string, open: () => Promise<OpenedEventStore>): void {
  describe(`event store: ${name}`, () => {
    const test = new StoreUnderTest();

    beforeEach(async () => test.use(await open()));
    afterEach(() => test.close());

    appendContract(test);
    retryContract(test);
    readContract(test);
    subscriptionContract(test);
  });
}
