import { EmbeddedMessageBus, type EmbeddedMessageBusOptions } from '../embedded/embedded-message-bus';
import { SqliteLog } from './sqlite-log';

export interface SqliteMessageBusOptions extends EmbeddedMessageBusOptions {
  /** Path of the database file; created when it is missing, its folder must exist. */
  readonly file: string;
}

/**
 * The durable bus of one process. Errors of the constructor: InfrastructureError `message-bus.newer-schema` (not retryable) for a file of a newer
 * Slipway, `message-bus.cannot-open` (not retryable), `message-bus.unavailable` (retryable).
 */
export class SqliteMessageBus extends EmbeddedMessageBus {
  constructor({ file, ...options }: SqliteMessageBusOptions) {
    super(new SqliteLog(file), options);
  }
}
