import { allTopics, workerTopics } from './topics';

const settings = { TOPIC_PARTITIONS: 6, TOPIC_RETENTION_HOURS: 2, WORKER_POOLS: ['default', 'db'] };

describe('the topics that a process makes sure of', () => {
  it('are, for a worker, those alone that docs/operations.md has its user of Kafka read and write', () => {
    expect(new Map(workerTopics(settings).map(({ name, partitions }) => [name, partitions]))).toEqual(
      new Map([
        ['slipway.tasks.default', 6],
        ['slipway.tasks.db', 6],
        ['slipway.control', 1],
        ['slipway.progress', 6],
        ['slipway.logs', 6],
        ['slipway.slots', 1],
        ['slipway.dead-letters', 1],
      ]),
    );
  });

  it('are made alike by whichever process comes first', () => {
    expect(allTopics(settings)).toEqual(expect.arrayContaining(workerTopics(settings)));
    for (const { retentionMs } of allTopics(settings)) expect(retentionMs).toBe(7_200_000);
  });
});
