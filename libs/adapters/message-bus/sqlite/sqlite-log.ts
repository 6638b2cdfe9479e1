import type Database from 'libsql';
import { InfrastructureError, messageOf } from '@slipway/kernel';
import type { GroupOffset, LoggedMessage, LogPartition, MessageLog, NewMessage } from '../embedded/message-log';
import { isUnwell, openDatabase } from './schema';

interface MessageRow {
  readonly id: number;
  readonly at: number;
  readonly bytes: number;
  readonly key: StoredText;
  readonly headers: string;
  readonly value: StoredText;
}

/** A TEXT comes back only up to its first NUL: a text with one is stored as its bytes, which libsql returns as an ArrayBuffer. */
type StoredText = string | ArrayBuffer;

/** A log in one SQLite file: WAL, every write on disk before it returns. One process at a time: the data folder's lock sees to that. */
export class SqliteLog implements MessageLog {
  private readonly db: Database.Database;
  private readonly sql: ReturnType<typeof prepare>;
  private readonly ends = new Map<number, number>();

  constructor(file: string) {
    this.db = surely(() => openDatabase(file));
    this.sql = surely(() => prepare(this.db));
    for (const { id } of this.partitions()) this.ends.set(id, this.lastStored(id));
  }

  partitions(): readonly LogPartition[] {
    return surely(() => this.sql.partitions.all() as LogPartition[]).map(({ id, topic, number }) => ({ id, topic, number }));
  }

  addTopic(topic: string, partitions: number): readonly LogPartition[] {
    this.transaction(() => {
      for (let number = 0; number < partitions; number += 1) this.sql.addPartition.run(topic, number);
    });
    return this.partitions().filter((partition) => partition.topic === topic);
  }

  write(messages: readonly NewMessage[], at: number, offsets: readonly GroupOffset[]): void {
    const ends = new Map<number, number>();
    this.transaction(() => {
      for (const { partition, key, value, bytes, headers } of messages) {
        const stored = this.sql.addMessage.run(partition, at, bytes, toStored(key), JSON.stringify(headers), toStored(value));
        ends.set(partition, Number(stored.lastInsertRowid));
      }
      for (const { group, partition, offset } of offsets) this.sql.saveOffset.run(group, partition, offset);
    });
    for (const [partition, end] of ends) this.ends.set(partition, end);
  }

  read(partition: number, after: number, limit: number, maxBytes: number): readonly LoggedMessage[] {
    return surely(() => {
      const sizes = this.sql.sizes.all(partition, after, limit) as { id: number; bytes: number }[];
      const upTo = lastThatFits(sizes, maxBytes);
      return upTo === undefined
        ? []
        : (this.sql.messages.all(partition, after, upTo) as MessageRow[]).map((row) => messageOfRow(partition, row));
    });
  }

  end(partition: number): number {
    return this.ends.get(partition) ?? 0;
  }

  count(partition: number, after: number): number {
    return surely(() => (this.sql.count.get(partition, after) as { messages: number }).messages);
  }

  offsets(): readonly GroupOffset[] {
    return surely(() => this.sql.offsets.all() as GroupOffset[]);
  }

  trim(partition: number, upTo: number, before: number, limit: number): number {
    return surely(() => {
      const oldest = this.sql.oldest.all(partition, upTo, limit) as { id: number; at: number }[];
      const stays = oldest.findIndex(({ at }) => at >= before);
      const last = oldest.slice(0, stays < 0 ? oldest.length : stays).at(-1);
      return last ? this.sql.trim.run(partition, last.id).changes : 0;
    });
  }

  close(): void {
    this.db.close();
  }

  private lastStored(partition: number): number {
    return surely(() => (this.sql.end.get(partition) as { id: number | null }).id ?? 0);
  }

  private transaction(work: () => void): void {
    surely(() => {
      this.db.exec('BEGIN IMMEDIATE');
      try {
        work();
        this.db.exec('COMMIT');
      } catch (error) {
        // A full disk has rolled back already.
        if (this.db.inTransaction) this.db.exec('ROLLBACK');
        throw error;
      }
    });
  }
}

function prepare(db: Database.Database) {
  return {
    partitions: db.prepare('SELECT id, topic, number FROM partition ORDER BY topic, number'),
    addPartition: db.prepare('INSERT INTO partition (topic, number) VALUES (?, ?)'),
    addMessage: db.prepare('INSERT INTO message (partition, at, bytes, key, headers, value) VALUES (?, ?, ?, ?, ?, ?)'),
    sizes: db.prepare('SELECT id, bytes FROM message WHERE partition = ? AND id > ? ORDER BY id LIMIT ?'),
    messages: db.prepare('SELECT id, at, bytes, key, headers, value FROM message WHERE partition = ? AND id > ? AND id <= ? ORDER BY id'),
    end: db.prepare('SELECT max(id) AS id FROM message WHERE partition = ?'),
    count: db.prepare('SELECT count(*) AS messages FROM message WHERE partition = ? AND id > ?'),
    offsets: db.prepare('SELECT consumer_group AS "group", partition, "offset" FROM group_offset'),
    saveOffset: db.prepare('INSERT OR REPLACE INTO group_offset (consumer_group, partition, "offset") VALUES (?, ?, ?)'),
    oldest: db.prepare('SELECT id, at FROM message WHERE partition = ? AND id <= ? ORDER BY id LIMIT ?'),
    trim: db.prepare('DELETE FROM message WHERE partition = ? AND id <= ?'),
  };
}

function messageOfRow(partition: number, { id, at, bytes, key, headers, value }: MessageRow): LoggedMessage {
  const parsed = JSON.parse(headers) as Record<string, string>;
  return { partition, offset: id, publishedAt: at, bytes, key: fromStored(key), headers: parsed, value: fromStored(value) };
}

function toStored(text: string): string | Buffer {
  return text.includes('\0') ? Buffer.from(text) : text;
}

function fromStored(stored: StoredText): string {
  return typeof stored === 'string' ? stored : Buffer.from(stored).toString();
}

/** The last of the messages that fit into a page together; the first fits always. */
function lastThatFits(sizes: readonly { id: number; bytes: number }[], maxBytes: number): number | undefined {
  let total = 0;
  let last: number | undefined;
  for (const { id, bytes } of sizes) {
    total += bytes;
    if (last !== undefined && total > maxBytes) break;
    last = id;
  }
  return last;
}

/** Says of a disk that is unwell that the caller may try again. */
function surely<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isUnwell(error)) throw error;
    throw new InfrastructureError('message-bus.unavailable', `the message bus file cannot be used now: ${messageOf(error)}`, true, {
      cause: error,
    });
  }
}
