import { type DeadLetter, type Delivery, type Message, readDeadLetter, type ReadStore, type Secrets, type Snapshot } from '@slipway/kernel';
import { deadLetterStream } from '../domain/dead-letter';
import { type KeptLetter, keptLettersSchema, keptLettersTable } from './kept-letter';

/** The newest so many are kept; the topic itself may have more. */
export const MOST_KEPT = 10_000;
const FORGOTTEN_AT_ONCE = 100;
const LONGEST_SHOWN = 250;
const LONGEST_REASON = 1_000;
const SHOWN_HEADERS = ['command', 'command-id', 'correlation-id', 'reply-to', 'actor', 'if-match', 'traceparent', 'replay-of'];

/** What a message consists of besides its topic. */
type Content = Omit<Message, 'topic'>;

/** Dead letters in the read store, their messages sealed. The schema must be prepared. */
export class KeptLetters {
  constructor(
    private readonly store: ReadStore,
    private readonly secrets: Pick<Secrets, 'seal' | 'open'>,
    private readonly most = MOST_KEPT,
  ) {}

  /** Keeps a delivery of `slipway.dead-letters`; told twice, or dead again, it is still one. False: it is no dead letter of ours. */
  async keep(delivery: Delivery): Promise<boolean> {
    const letter = readDeadLetter(delivery);
    if (!letter) return false;
    await this.store.write([{ table: keptLettersTable, key: [letter.id], row: this.rowOf(letter, delivery) }]);
    await this.forgetTooMany();
    return true;
  }

  find(id: string): Promise<KeptLetter | undefined> {
    return this.read((snapshot) => snapshot.get(keptLettersTable, id));
  }

  read<T>(reader: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.store.read(keptLettersSchema, reader);
  }

  /** Errors: InfrastructureError `secrets.unreadable`. */
  open({ id, sealed }: KeptLetter): Content {
    return JSON.parse(this.secrets.open(sealed, placeOf(id))) as Content;
  }

  private rowOf({ message, topic, group, reason, ...letter }: DeadLetter, { key, value, headers, publishedAt }: Delivery): KeptLetter {
    const shown = SHOWN_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, text(headers[name], LONGEST_SHOWN)]]));
    return {
      ...letter,
      at: new Date(publishedAt).toISOString(),
      message,
      topic: text(topic, LONGEST_SHOWN),
      group: text(group, LONGEST_SHOWN),
      reason: text(reason, LONGEST_REASON),
      key: text(key, LONGEST_SHOWN),
      headers: Object.fromEntries(shown) as Record<string, string>,
      bytes: Buffer.byteLength(value),
      sealed: this.secrets.seal(JSON.stringify({ key, value, headers } satisfies Content), placeOf(letter.id)),
    };
  }

  /** Looked at with each: a few too many do no harm. */
  private async forgetTooMany(): Promise<void> {
    const rows = await this.read(async (snapshot) => {
      const extra = (await snapshot.count(keptLettersTable)) - this.most;
      return extra < FORGOTTEN_AT_ONCE ? [] : snapshot.select(keptLettersTable, { orderBy: ['at'], limit: extra });
    });
    if (rows.length > 0) await this.store.write(rows.map(({ id }) => ({ table: keptLettersTable, key: [id], row: null })));
  }
}

/** Where the envelope of its message is kept, and opens. */
function placeOf(id: string): string {
  return `${deadLetterStream(id)}/message`;
}

/** What a foreign producer wrote, as every store keeps it: no half characters, no NUL, not too long. */
function text(raw: string, longest: number): string {
  return Buffer.from(raw.slice(0, longest)).toString('utf8').replaceAll('\0', '\uFFFD');
}
