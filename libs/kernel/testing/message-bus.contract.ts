import { acknowledgingContract } from './message-bus/acknowledging.contract';
import { BusUnderTest, type MessageBusFixture } from './message-bus/bus-under-test';
import { carryingContract } from './message-bus/carrying.contract';
import { sharingContract } from './message-bus/sharing.contract';

/** What every message bus promises (see `ports/message-bus.ts`). `open` gives a bus to each test, its own or one of a shared broker. */
export function messageBusContract(name: string, open: () => Promise<MessageBusFixture>, { durable = false } = {}): void {
  describe(`message bus ${name}`, () => {
    const on = new BusUnderTest(open, durable);
    beforeEach(() => on.setUp());
    afterEach(() => on.tearDown());
    carryingContract(on);
    acknowledgingContract(on);
    sharingContract(on);
  });
}
