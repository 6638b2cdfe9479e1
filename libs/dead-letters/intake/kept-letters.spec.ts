import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { AesGcmSecrets } from '@slipway/adapters/secrets/aes-gcm/aes-gcm-secrets';
import { deadLetterOf, type Delivery, InfrastructureError, readDeadLetter } from '@slipway/kernel';
import { SeededRandom } from '@slipway/kernel/testing';
import { keptLettersSchema, keptLettersTable } from './kept-letter';
import { KeptLetters } from './kept-letters';

const error = new InfrastructureError('some.code', 'it broke', false);
const SECRET = 'whsec_not-for-everybody';

/** A dead letter as it is delivered: of the message `number`, at second `number`. */
function dead(number: number, message: Partial<Delivery> = {}): Delivery {
  const headers = { command: 'CreateWebhook', authorization: SECRET };
  const source = {
    topic: 'slipway.commands',
    key: 'chat',
    value: `{"secret":"${SECRET}"}`,
    headers,
    partition: 0,
    offset: BigInt(number),
    publishedAt: 1,
  };
  const letter = deadLetterOf({ ...source, ...message }, { group: 'slipway-commands', tries: 5, error });
  return { headers: {}, ...letter, partition: 0, offset: BigInt(number), publishedAt: number * 1_000 };
}
const idOf = (delivery: Delivery) => readDeadLetter(delivery)!.id;

describe('the dead letters that are kept', () => {
  let store: SqliteReadStore;
  let letters: KeptLetters;
  const all = () => letters.read((snapshot) => snapshot.select(keptLettersTable, { orderBy: ['at'] }));

  beforeEach(async () => {
    store = new SqliteReadStore(':memory:');
    await store.prepare(keptLettersSchema);
    letters = new KeptLetters(store, new AesGcmSecrets(new Uint8Array(32), new SeededRandom('letters')), 50);
  });
  afterEach(() => store.close());

  it('show where each came from and why it died, and open to what it was', async () => {
    expect(await letters.keep(dead(7))).toBe(true);
    const kept = (await letters.find(idOf(dead(7))))!;
    expect(kept).toMatchObject({
      ...{ at: '1970-01-01T00:00:07.000Z', topic: 'slipway.commands', partition: 0, offset: '7', group: 'slipway-commands' },
      ...{ reason: 'some.code: it broke', tries: 5, shortened: false, key: 'chat', headers: { command: 'CreateWebhook' }, bytes: 36 },
    });
    expect(letters.open(kept)).toMatchObject({ key: 'chat', value: `{"secret":"${SECRET}"}`, headers: { authorization: SECRET } });
  });

  it('hold nothing in clear that may be a secret', async () => {
    await letters.keep(dead(7));
    expect(JSON.stringify(await all())).not.toContain(SECRET);
  });

  it('hold one that is told twice once, with what was said last', async () => {
    await letters.keep(dead(1));
    await letters.keep({ ...dead(1), publishedAt: 9_000 });
    expect(await all()).toMatchObject([{ at: '1970-01-01T00:00:09.000Z' }]);
  });

  it('leave out what is no dead letter', async () => {
    expect(await letters.keep({ ...dead(1), headers: {} })).toBe(false);
    expect(await all()).toEqual([]);
  });

  it('hold whatever a foreign producer wrote, as every store can keep it', async () => {
    const key = `\0\uD800${'k'.repeat(5_000)}`;
    const strange = dead(1, { key, value: '\0\uDFFF', headers: { command: '\0'.repeat(300), 'reply-to': '\uD800' } });
    await letters.keep(strange);
    const [kept] = await all();
    expect(kept).toMatchObject({ headers: { command: '\uFFFD'.repeat(250), 'reply-to': '\uFFFD' } });
    expect(kept!.key).toBe(`\uFFFD\uFFFD${'k'.repeat(248)}`);
    expect(letters.open(kept!)).toMatchObject({ key, value: '\0\uDFFF' });
  });

  it('are the newest of many', async () => {
    for (let number = 0; number < 160; number += 1) await letters.keep(dead(number));
    const kept = await all();
    expect(kept.length).toBeLessThan(150);
    expect(kept.length).toBeGreaterThanOrEqual(50);
    expect(kept.at(-1)!.offset).toBe('159');
    expect(kept[0]!.offset).toBe(String(160 - kept.length));
  });
});
