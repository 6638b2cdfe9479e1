import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { messageBusContract } from '@slipway/kernel/testing/message-bus.contract';
import { MemoryMessageBus } from './memory-message-bus';

messageBusContract('in memory', async () => {
  const clock = new SystemClock();
  return { bus: new MemoryMessageBus({ clock }), clock };
});
