import { KafkaMessageBus } from '@slipway/adapters/message-bus/kafka/kafka-message-bus';
import { SqliteMessageBus } from '@slipway/adapters/message-bus/sqlite/sqlite-message-bus';
import { type MessageBus, ObservedMessageBus } from '@slipway/kernel';
import type { Machine } from './machine';
import type { Undo } from './undo';

/** The bus that MESSAGE_BUS_URL names; `file`: where the embedded one keeps its messages. */
export function openBus({ settings, clock, random, log, telemetry }: Machine, undo: Undo, file = ''): MessageBus {
  const url = settings.MESSAGE_BUS_URL;
  const open = () =>
    url === 'embedded:' ? new SqliteMessageBus({ file, clock, report: log }) : new KafkaMessageBus({ url, clock, random, log });
  const bus = new ObservedMessageBus(open(), telemetry);
  undo.later(() => bus.close());
  telemetry.metrics.watchConsumers(() => bus.lags());
  return bus;
}
