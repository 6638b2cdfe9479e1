import { murmur2, partitionOfKey } from './partition-of';

describe('the partition of a key', () => {
  // The expected hashes are those of Kafka's own UtilsTest.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Kafka does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  it('lies within the partitions, for any key', () => {
    for (const key of ['', 'a', 'ü', '🚀', 'deployment-1']) {
      const partition = partitionOfKey(key, 3);
      expect([0, 1, 2]).toContain(partition);
      expect(partitionOfKey(key, 3)).toBe(partition);
    }
  });
});
