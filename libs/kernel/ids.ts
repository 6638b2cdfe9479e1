import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock } from './ports/clock';
import type { Random } from './ports/random';

/** SHA-256 of the parts, unambiguously joined, as 64 hex digits. */
export function hashOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A UUID v7 of a given time (ISO or milliseconds) whose other bits come from `seed`: the same input gives the same id. */
export function derivedId(at: string | number, seed: string): string {
  const random = createHash('sha256').update(seed).digest().subarray(0, 16);
  return v7({ msecs: typeof at === 'number' ? at : Date.parse(at), random, seq: random.readUInt32BE(0) & 0x7fffffff });
}

/** A UUID (version 8: own scheme) that is nothing but a hash: for command ids. */
export function hashedId(...parts: readonly unknown[]): string {
  const hex = hashOf(...parts);
  const variant = ((parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** New ids, time-ordered (UUID v7): random primary keys would halve the inserts of every store. */
export class Ids {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  next(): string {
    return v7({ msecs: this.clock.now(), random: this.random.bytes(16) });
  }
}
