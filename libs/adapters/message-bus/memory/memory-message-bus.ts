import { EmbeddedMessageBus, type EmbeddedMessageBusOptions } from '../embedded/embedded-message-bus';
import { MemoryLog } from './memory-log';

/** A bus for tests: the embedded one's rules, nothing kept. */
export class MemoryMessageBus extends EmbeddedMessageBus {
  constructor(options: EmbeddedMessageBusOptions) {
    super(new MemoryLog(), options);
  }
}
