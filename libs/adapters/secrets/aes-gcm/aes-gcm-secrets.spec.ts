import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@slipway/kernel/testing';
import { AesGcmSecrets } from './aes-gcm-secrets';
import { secretKey } from './secret-key';

const random = new SeededRandom('secrets');
const key = random.bytes(32);
const secrets = new AesGcmSecrets(key, random);
const unreadable = expect.objectContaining({ code: 'secrets.unreadable', retryable: false });

describe('an envelope', () => {
  it.each(['', 'whsec_secret', 'ä😀\u0000'.repeat(1_000)])('gives back what was put in, and does not show it: %#', (text) => {
    const envelope = secrets.seal(text, 'webhook-chat/secret');
    expect(envelope).toMatch(/^aes-256-gcm\.1:[\w-]+$/);
    expect(secrets.open(envelope, 'webhook-chat/secret')).toBe(text);
    expect(secrets.seal(text, 'webhook-chat/secret')).not.toBe(envelope);
    for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const)
      if (text.length > 3) expect(envelope).not.toContain(Buffer.from(text).toString(encoding).slice(0, 8));
  });

  it('opens at its place only, with its key only, and unchanged only', () => {
    const envelope = secrets.seal('secret', 'a/secret');
    const other = new AesGcmSecrets(random.bytes(32), random);
    expect(() => secrets.open(envelope, 'b/secret')).toThrow(unreadable);
    expect(() => other.open(envelope, 'a/secret')).toThrow(unreadable);
    for (const broken of ['', 'x', `${envelope.slice(0, -4)}AAAA`, envelope.slice(0, 30), envelope.replace('.1', '.2')])
      expect(() => secrets.open(broken, 'a/secret')).toThrow(unreadable);
    expect(() => secrets.open(envelope, 'b/secret')).toThrow(expect.objectContaining({ message: expect.not.stringContaining(envelope) }));
  });
});

describe('the key of the envelopes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-key-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is the one that is given, and no file is made then', () => {
    const file = join(folder, 'none.key');
    expect(secretKey('0F'.repeat(32), file, random)).toEqual(Buffer.alloc(32, 15));
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  it('is made once, for its owner only, and kept', () => {
    const file = join(folder, 'secret.key');
    const made = secretKey('', file, random);
    expect(made.length).toBe(32);
    expect(secretKey('', file, random)).toEqual(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  });

  it('is refused where the file holds none, without showing what it holds', () => {
    const file = join(folder, 'bad.key');
    writeFileSync(file, 'precious');
    const unusable = { code: 'secrets.key-unusable', message: expect.not.stringContaining('precious') };
    expect(() => secretKey('', file, random)).toThrow(expect.objectContaining(unusable));
    expect(() => secretKey('', join(folder, 'missing', 'x.key'), random)).toThrow(expect.objectContaining({ code: unusable.code }));
    expect(() => secretKey('', folder, random)).toThrow(expect.objectContaining({ code: unusable.code }));
  });
});
