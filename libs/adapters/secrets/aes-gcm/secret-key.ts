import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { InfrastructureError, messageOf, type Random } from '@slipway/kernel';

/**
 * The key of all envelopes, 32 bytes: `given`, 64 hex digits, or else what the file holds. Where there is no such file it is made with a new key, for its owner
 * only; without `random` it must be there, since other processes have the same key.
 * Errors: InfrastructureError `secrets.key-unusable` (not retryable), which never shows a key.
 */
export function secretKey(given: string, file: string, random?: Random): Buffer {
  return given === '' ? keyIn(file, random) : Buffer.from(given, 'hex');
}

function keyIn(file: string, random: Random | undefined): Buffer {
  try {
    const text = (existing(file) ?? (random ? made(file, random) : missing())).trim();
    if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
    throw new Error('it must hold 64 hex digits');
  } catch (error) {
    const remedy = 'bring back the key, or name another file by SLIPWAY_SECRET_KEY_FILE';
    throw new InfrastructureError('secrets.key-unusable', `the key file ${file} cannot be used: ${messageOf(error)}: ${remedy}`, false);
  }
}

function existing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function missing(): never {
  throw new Error(
    'it is missing, and processes that share a log share one key: give all of them the same SLIPWAY_SECRET_KEY, 64 hex digits',
  );
}

/** On the disk before anything is sealed with it. */
function made(file: string, random: Random): string {
  const text = `${Buffer.from(random.bytes(32)).toString('hex')}\n`;
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return text;
}
