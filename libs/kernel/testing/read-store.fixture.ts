import type { Checkpoint, ReadStore, Schema, Select, Table } from '../ports/read-store';

export type OpenReadStore = () => ReadStore | Promise<ReadStore>;

/** One column of every type. */
export interface Reading {
  id: string;
  label: string | null;
  amount: number | null;
  ok: boolean | null;
  position: bigint | null;
  facts: unknown;
}

export const READINGS: Table<Reading> = {
  name: 'readings',
  columns: { id: 'text', label: 'text', amount: 'integer', ok: 'boolean', position: 'position', facts: 'json' },
  key: ['id'],
  indexes: [['label']],
};

/** A key of several columns and types. */
export interface Pair {
  position: bigint;
  name: string;
  even: boolean;
}

export const PAIRS: Table<Pair> = {
  name: 'pairs',
  columns: { position: 'position', name: 'text', even: 'boolean' },
  key: ['position', 'name', 'even'],
};

export const SAMPLES: Schema = { name: 'samples', version: 1, tables: [READINGS, PAIRS] };

export function reading(id: string, cells: Partial<Reading> = {}): Reading {
  return { id, label: 'x', amount: 1, ok: true, position: 7n, facts: null, ...cells };
}

export function at(position: number | bigint): Checkpoint {
  return { logId: 'log-1', position: BigInt(position) };
}

/** A fresh, prepared store per test. */
export class Fixture {
  store!: ReadStore;

  constructor(private readonly open: OpenReadStore) {}

  async start(): Promise<void> {
    this.store = await this.open();
    await this.store.prepare(SAMPLES);
  }

  /** Saves readings, and the first checkpoint. */
  commit(rows: readonly Reading[]): Promise<void> {
    return this.store.commit(
      'samples@1',
      undefined,
      at(1),
      rows.map((row) => ({ table: READINGS, key: [row.id], row })),
    );
  }

  rows(query?: Select<Reading>): Promise<Reading[]> {
    return this.store.read(SAMPLES, (snapshot) => snapshot.select(READINGS, query));
  }

  async ids(query?: Select<Reading>): Promise<string> {
    return (await this.rows(query)).map(({ id }) => id).join(' ');
  }
}
