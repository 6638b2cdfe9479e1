import { Ids } from '@slipway/kernel';
import { eventStoreContract, type OpenedEventStore } from '@slipway/kernel/testing/event-store.contract';
import { serverUrl } from '@slipway/kernel/testing/server-url';
import { SystemClock } from '../../runtime/system-clock';
import { SystemRandom } from '../../runtime/system-random';
import { EventStoreDbEventStore } from './eventstoredb-event-store';

const clock = new SystemClock();

eventStoreContract('eventstoredb, on a real server', () => {
  const open = (): OpenedEventStore => {
    const store = EventStoreDbEventStore.open({
      url: serverUrl('EVENT_STORE_TEST_URL'),
      clock,
      ids: new Ids(clock, new SystemRandom()),
    });
    return {
      store,
      close: () => store.close(),
      reopen: async () => {
        await store.close();
        return open();
      },
    };
  };
  return Promise.resolve(open());
});
