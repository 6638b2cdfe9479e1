import { createHook } from 'node:async_hooks';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { serverUrl } from '@slipway/kernel/testing/server-url';
import { Kafka, logLevel } from 'kafkajs';
import { mendKafkajs } from './mended-kafkajs';

/** Long enough for a timer that is armed with a negative delay, and so fires at once, to be armed hundreds of times. */
const LOOK_MS = 200;

describe('kafkajs, mended', () => {
  it('arms no timer while it has nothing to do', async () => {
    mendKafkajs();
    mendKafkajs();
    const kafka = new Kafka({ brokers: [new URL(serverUrl('KAFKA_TEST_URL')).host], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ idempotent: true, createPartitioner: () => () => 0 });
    await producer.connect();
    let armed = 0;
    const hook = createHook({ init: (_id, type) => (armed += type === 'Timeout' ? 1 : 0) });
    const slept = new SystemClock().sleep(LOOK_MS);
    hook.enable();
    await slept;
    hook.disable();
    expect(armed).toBe(0);
    await producer.disconnect();
  });
});
