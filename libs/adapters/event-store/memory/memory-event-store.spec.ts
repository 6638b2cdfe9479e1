import { Ids } from '@slipway/kernel';
import { SeededRandom } from '@slipway/kernel/testing';
import { eventStoreContract } from '@slipway/kernel/testing/event-store.contract';
import { SystemClock } from '../../runtime/system-clock';
import { MemoryEventStore } from './memory-event-store';

eventStoreContract('memory', () => {
  const clock = new SystemClock();
  const store = new MemoryEventStore(clock, new Ids(clock, new SeededRandom('memory')));
  return Promise.resolve({ store, close: () => store.close() });
});
