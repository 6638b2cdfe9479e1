import { createCipheriv, createDecipheriv } from 'node:crypto';
import { InfrastructureError, type Random, Secrets } from '@slipway/kernel';

const FORM = 'aes-256-gcm.1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM with one key: `aes-256-gcm.1:<nonce, tag and text in base64url>`, the place as additional data. */
export class AesGcmSecrets extends Secrets {
  /** `key`: 32 bytes. */
  constructor(
    private readonly key: Uint8Array,
    private readonly random: Random,
  ) {
    super();
  }

  seal(text: string, place: string): string {
    const nonce = this.random.bytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `${FORM}:${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
  }

  open(envelope: string, place: string): string {
    const [form, content = ''] = envelope.split(':');
    const bytes = Buffer.from(content, 'base64url');
    const [nonce, tag] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)];
    try {
      if (form !== FORM || tag.length < TAG_BYTES) throw new Error('not of this form');
      const decipher = createDecipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(place)).setAuthTag(tag);
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch {
      const why =
        'it was sealed with another key, or is damaged: bring back the key of SLIPWAY_SECRET_KEY or SLIPWAY_SECRET_KEY_FILE, or set it anew';
      throw new InfrastructureError('secrets.unreadable', `the secret of ${place} cannot be read: ${why}`, false);
    }
  }
}
