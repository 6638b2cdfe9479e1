import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { silentLog } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { makeGate } from '@slipway/kernel/testing/message-bus/bus-under-test';
import type { EachBatchPayload } from 'kafkajs';
import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';
import { type FreshTopics, freshTopics } from './fresh-topics.fixture';
import { GroupMembership } from './group-membership';
import { KafkaAdmin } from './kafka-admin';
import { KafkaClient } from './kafka-client';
import { KafkaTopics } from './kafka-topics';
import { readKafkaUrl } from './kafka-url';

describe('a member of a group', () => {
  const clock = new SystemClock();
  let fresh: FreshTopics;
  let admin: KafkaAdmin;
  let topics: KafkaTopics;
  let topic = '';
  beforeEach(async () => {
    fresh = freshTopics();
    topic = `${fresh.prefix}t`;
    admin = new KafkaAdmin(new KafkaClient(readKafkaUrl(fresh.url), { clock, random: new SystemRandom(), log: silentLog }));
    topics = new KafkaTopics(admin);
    await topics.ensure([{ name: 't', partitions: 1 }]);
  });
  afterEach(async () => {
    await topics.close();
    await admin.close();
    await fresh.drop();
  });

  /** What kafkajs says of a group whose only partition is this member's. */
  const generation = (generationId: number) => {
    const quiet = { resume: () => undefined, pause: () => undefined, seek: () => undefined, commitOffsets: async () => undefined };
    return { memberId: 'me', generationId, assigned: () => [{ topic, partitions: [0] }], ...quiet } as unknown as ConsumerGroup;
  };

  /** One message as kafkajs hands it over, from a fetch at `fetchedOffset`. */
  const message = (value: string, fetchedOffset: number) => {
    const offset = String(fetchedOffset);
    const messages = [{ key: Buffer.from('a'), value: Buffer.from(value), timestamp: '0', offset }];
    const batch = { topic, partition: 0, fetchedOffset: offset, messages, lastOffset: () => offset };
    const still = { isRunning: () => true, isStale: () => false, resolveOffset: () => undefined };
    return { batch, ...still } as unknown as EachBatchPayload;
  };

  it('delivers also from a partition that it began anew while it waited for handlers to join again', async () => {
    const gate = makeGate();
    const handled: string[] = [];
    const handle = async ({ value }: { value: string }) => {
      if (value === 'slow') await gate.opened;
      handled.push(value);
    };
    const member = new GroupMembership(admin, { topics: ['t'], group: 'g', handle });
    await member.joined(generation(1));
    await member.take(message('slow', 0));
    const leaving = member.leaving();
    await member.take(message('of a log that begins later', 7));
    gate.open();
    await leaving;
    await member.joined(generation(2));
    await member.take(message('next', 0));
    await eventually(() => handled.includes('next'), 'the next message');
    await member.stop();
  });
});
