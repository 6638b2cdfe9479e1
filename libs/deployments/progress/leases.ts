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
  key: ['deployment'],
};

/** Leases are rows of their own, from no events, and never rebuilt (decision 8). */
const leasesSchema: Schema = { name: 'leases', version: 1, tables: [leasesTable] };

type Holder = Pick<AttemptRef, 'token'> & { readonly deployment: string; readonly worker: string };

/** Who may be believed to be running an attempt, and until when. */
export class Leases {
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
    return this.store.write([{ table: leasesTable, key: [deployment], row }]);
  }

  /** Renews a lease that this worker holds under this token; anything else changes nothing. */
  async renew(holder: Holder): Promise<void> {
    const row = await this.store.read(leasesSchema, (snapshot) => snapshot.get(leasesTable, holder.deployment));
    if (row?.token === holder.token && row.worker === holder.worker) await this.give(holder);
  }

  async end(deployment: string): Promise<void> {
    await this.store.write([{ table: leasesTable, key: [deployment], row: null }]);
  }

  /** Forgets leases that ran out of deployments that have no attempt out: nobody asks for them again. */
  async forgetAllBut(out: ReadonlySet<string>): Promise<void> {
    const rows = [...(await this.all()).values()].filter(
      ({ deployment, expiresAt }) => !out.has(deployment) && expiresAt <= this.clock.now(),
    );
    if (rows.length > 0) await this.store.write(rows.map(({ deployment }) => ({ table: leasesTable, key: [deployment], row: null })));
  }

  async all(): Promise<Map<string, LeaseRow>> {
    const rows = await this.store.read(leasesSchema, (snapshot) => snapshot.select(leasesTable));
    return new Map(rows.map((row) => [row.deployment, row]));
  }
}
