import { Ids } from '@slipway/kernel';
import { SeededRandom } from '@slipway/kernel/testing';
import { eventStoreContract, type OpenedEventStore } from '@slipway/kernel/testing/event-store.contract';
import { EventStoreDbDouble } from '../../../../test/doubles/eventstoredb/eventstoredb-double';
import { SystemClock } from '../../runtime/system-clock';
import { EventStoreDbEventStore } from './eventstoredb-event-store';

const clock = new SystemClock();

describe.each(['23.10', '24.10'] as const)('double of %s', (version) => {
  eventStoreContract(`eventstoredb, against the double of ${version}`, async () => {
    const double = await EventStoreDbDouble.start({ version });
    const open = (): OpenedEventStore => {
      const store = EventStoreDbEventStore.open({ url: double.url, clock, ids: new Ids(clock, new SeededRandom('eventstoredb')) });
      return {
        store,
        close: async () => {
          await store.close();
          double.stop();
        },
        reopen: async () => {
          await store.close();
          return open();
        },
      };
    };
    return open();
  });
});
