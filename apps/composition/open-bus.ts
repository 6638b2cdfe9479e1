import { SqliteMessageBus } from '@slipway/adapters/message-bus/sqlite/sqlite-message-bus';
import { type MessageBus, ObservedMessageBus } from '@slipway/kernel';
import type { Machine } from './machine';
import type { Undo } from './undo';

/** The bus that MESSAGE_BUS_URL names; `file`: where the embedded one keeps its messages. */
export function openBus({ clock, log, telemetry }: Machine, undo: Undo, file = ''): MessageBus {
  const bus = new ObservedMessageBus(new SqliteMessageBus({ file, clock, report: log }), telemetry);
  undo.later(() => bus.close());
  telemetry.metrics.watchConsumers(() => bus.lags());
  return bus;
}
