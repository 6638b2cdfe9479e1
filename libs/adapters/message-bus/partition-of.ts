/**
 * The partition of a key, as Kafka's own clients choose it: murmur2 over the key's UTF-8 bytes, made positive, modulo the number of
 * partitions. So a key lands in the same partition whichever bus carries it. Source: Kafka's `Utils.murmur2` and `Utils.toPositive`.
 */
export function partitionOfKey(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}

/** The 32-bit hash, signed as in Java. */
export function murmur2(bytes: Buffer): number {
  const m = 0x5bd1e995;
  const whole = bytes.length & ~3;
  let h = 0x9747b28c ^ bytes.length;
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(bytes.readInt32LE(i), m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = bytes.subarray(whole);
  if (rest.length > 0) {
    rest.forEach((byte, i) => (h ^= byte << (8 * i)));
    h = Math.imul(h, m);
  }
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}
