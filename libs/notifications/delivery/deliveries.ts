import type { ReadStore, RowChange, Schema, Table } from '@slipway/kernel';

/** How the sending of one event to one webhook went. It refers to the event, which is in the log. */
export interface Delivery {
  webhook: string;
  /** Part of a replay: its state says nothing about the first sending. */
  replay: boolean;
  position: bigint;
  event: string;
  type: string;
  stream: string;
  /** dead: given up. */
  state: 'delivered' | 'retrying' | 'dead';
  tries: number;
  /** Times of the first try and of the last: RFC 3339 UTC. */
  firstAt: string;
  lastAt: string;
  /** Of one that is retried: not before. */
  nextAt: string | null;
  /** What the receiver answered last; null when nothing came. */
  status: number | null;
  /** Why the last try did not do. */
  error: string | null;
}

export const deliveriesTable: Table<Delivery> = {
  name: 'deliveries',
  columns: {
    webhook: 'text',
    replay: 'boolean',
    position: 'position',
    event: 'text',
    type: 'text',
    stream: 'text',
    state: 'text',
    tries: 'integer',
    firstAt: 'text',
    lastAt: 'text',
    nextAt: 'text',
    status: 'integer',
    error: 'text',
  },
  key: ['webhook', 'position', 'replay'],
  indexes: [['webhook', 'state', 'position']],
};

/** Rows of their own, from no events, and never rebuilt. */
export const deliveriesSchema: Schema = { name: 'webhook_deliveries', version: 1, tables: [deliveriesTable] };

/** Of each webhook and state so many are remembered, those of the newest events; what was given up can be sent again by position even then. */
export const REMEMBERED = { delivered: 100, dead: 1_000 } as const;
const FORGOTTEN_AT_ONCE = 50;

/** What is remembered of the deliveries of one webhook. */
export class Deliveries {
  constructor(
    private readonly store: ReadStore,
    private readonly webhook: string,
  ) {}

  find(position: bigint, replay: boolean): Promise<Delivery | undefined> {
    return this.store.read(deliveriesSchema, (snapshot) => snapshot.get(deliveriesTable, this.webhook, position, replay));
  }

  /** The one that waits for its next try: each run has one at most. */
  async pending(replay: boolean): Promise<Delivery | undefined> {
    const where = { webhook: this.webhook, state: 'retrying', replay } as const;
    const [found] = await this.store.read(deliveriesSchema, (snapshot) => snapshot.select(deliveriesTable, { where, limit: 1 }));
    return found;
  }

  async drop(delivery: Delivery): Promise<void> {
    await this.store.write([removal(delivery)]);
  }

  async keep(delivery: Delivery): Promise<void> {
    await this.store.write([change(delivery)]);
  }

  /** What is to be written once a delivery is over: itself, and what is forgotten for it. A dead letter that was sent again after all is none any more. */
  async closing(delivery: Delivery): Promise<RowChange[]> {
    const { replay, position, state } = delivery;
    const first = replay && state === 'delivered' ? await this.find(position, false) : undefined;
    return [change(delivery), ...(first?.state === 'dead' ? [removal(first)] : []), ...(await this.tooMany(state))];
  }

  /** Nothing is remembered of a webhook that is gone. */
  async forget(): Promise<void> {
    for (;;) {
      const rows = await this.store.read(deliveriesSchema, (snapshot) =>
        snapshot.select(deliveriesTable, { where: { webhook: this.webhook }, limit: FORGOTTEN_AT_ONCE }),
      );
      if (rows.length === 0) return;
      await this.store.write(rows.map(removal));
    }
  }

  private async tooMany(state: Delivery['state']): Promise<RowChange[]> {
    if (state === 'retrying') return [];
    const where = { webhook: this.webhook, state };
    const rows = await this.store.read(deliveriesSchema, async (snapshot) => {
      const extra = (await snapshot.count(deliveriesTable, where)) - REMEMBERED[state];
      // Looked at now and then: what is a few too many does no harm.
      return extra < FORGOTTEN_AT_ONCE ? [] : snapshot.select(deliveriesTable, { where, orderBy: ['position'], limit: extra });
    });
    return rows.map(removal);
  }
}

function keyOf({ webhook, position, replay }: Delivery): RowChange['key'] {
  return [webhook, position, replay];
}

function change(delivery: Delivery): RowChange {
  return { table: deliveriesTable, key: keyOf(delivery), row: delivery };
}

function removal(delivery: Delivery): RowChange {
  return { table: deliveriesTable, key: keyOf(delivery), row: null };
}
