import { randomBytes } from 'node:crypto';
import { Random } from '@slipway/kernel';

/** The machine's cryptographic random source. */
export class SystemRandom extends Random {
  bytes(count: number): Uint8Array {
    return randomBytes(count);
  }
}
