import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { serverUrl } from '@slipway/kernel/testing/server-url';
import { Kafka, logLevel } from 'kafkajs';
import { mendKafkajs } from './mended-kafkajs';

describe('kafkajs, mended', () => {
  it('arms no timer while it has nothing to do, and none that lies in the past', async () => {
    mendKafkajs();
    mendKafkajs();
    const kafka = new Kafka({ brokers: [new URL(serverUrl('KAFKA_TEST_URL')).host], logLevel: logLevel.NOTHING });
    const armed = jest.spyOn(globalThis, 'setTimeout');
    try {
      const producer = kafka.producer({ idempotent: true, createPartitioner: () => () => 0 });
      await producer.connect();
      expect(armed.mock.calls.map(([, ms]) => ms ?? 0).filter((ms) => ms < 0)).toEqual([]);
      const slept = new SystemClock().sleep(200);
      armed.mockClear();
      await slept;
      expect(armed).not.toHaveBeenCalled();
      await producer.disconnect();
    } finally {
      armed.mockRestore();
    }
  });
});
