import type { Clock, ReadStore, Schema, Table } from '@slipway/kernel';
import type { AttemptRef } from '../domain/deployment.events';

export interface LeaseRow {
  deployment: string;
  token: number;
  worker: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export const leasesTable: Table<LeaseRow> = {
  name: 'leases',
  columns: { deployment: 'text', token: 'integer', worker: 'text', expiresAt: 'integer' },
  key: ['deployment', 'token'],
};

/** Leases of attempts are rows of their own, from no events, and never rebuilt (decision 8). */
const leasesSchema: Schema = { name: 'leases', version: 2, tables: [leasesTable] };

type Holder = Pick<AttemptRef, 'token'> & { readonly deployment: string; readonly worker: string };

/** Who may be believed to be running an attempt, and until when. */
export class AttemptLeases {
  constructor(
    private readonly store: ReadStore,
    private readonly clock: Clock,
    private readonly leaseSeconds: number,
  ) {}

  prepare(): Promise<void> {
    return this.store.prepare(leasesSchema);
  }

  /** A lease from now on. */
  give({ deployment, token, worker }: Holder): Promise<void> {
    const row: LeaseRow = { deployment, token, worker, expiresAt: this.clock.now() + this.leaseSeconds * 1_000 };
    return this.store.write([{ table: leasesTable, key: [deployment, token], row }]);
  }

  /** Renews a lease that this worker holds under this token; anything else changes nothing. */
  async renew(holder: Holder): Promise<void> {
    const row = await this.store.read(leasesSchema, (snapshot) => snapshot.get(leasesTable, holder.deployment, holder.token));
    if (row?.worker === holder.worker) await this.give(holder);
  }

  async end({ deployment, token }: Pick<Holder, 'deployment' | 'token'>): Promise<void> {
    await this.store.write([{ table: leasesTable, key: [deployment, token], row: null }]);
  }

  /** Forgets leases that ran out of attempts that are not out any more: nobody asks for them again. */
  async forgetAllBut(out: readonly Pick<Holder, 'deployment' | 'token'>[]): Promise<void> {
    const needed = new Set(out.map(leaseKey));
    const rows = [...(await this.all()).values()].filter((row) => !needed.has(leaseKey(row)) && row.expiresAt <= this.clock.now());
    if (rows.length === 0) return;
    await this.store.write(rows.map(({ deployment, token }) => ({ table: leasesTable, key: [deployment, token], row: null })));
  }

  /** By `leaseKey`. */
  async all(): Promise<Map<string, LeaseRow>> {
    const rows = await this.store.read(leasesSchema, (snapshot) => snapshot.select(leasesTable));
    return new Map(rows.map((row) => [leaseKey(row), row]));
  }
}

/** One attempt of one deployment: its token tells it from all others. */
export function leaseKey({ deployment, token }: Pick<Holder, 'deployment' | 'token'>): string {
  return `${deployment}/${token}`;
}
