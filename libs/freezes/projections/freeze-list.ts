import type { Handlers, Projection, Recorded, Rows, Table } from '@slipway/kernel';
import { changed, created, type KnownFreeze } from '../domain/freeze';
import type { FreezeEvent } from '../domain/freeze.events';
import { overAt } from '../domain/windows';

interface FreezeRow {
  slug: string;
  /** RFC 3339 UTC: from then on it freezes nothing any more; null: it goes on for ever. */
  overAt: string | null;
  /** Deleted ones stay, for looks back in time. */
  state: 'active' | 'deleted';
  freeze: KnownFreeze;
}

export const freezesTable: Table<FreezeRow> = {
  name: 'freezes',
  columns: { slug: 'text', overAt: 'text', state: 'text', freeze: 'json' },
  key: ['slug'],
};

function row(freeze: KnownFreeze): FreezeRow {
  return { slug: freeze.slug, overAt: overAt(freeze) ?? null, state: 'active', freeze };
}

export const freezeList: Projection = {
  name: 'freeze_list',
  version: 1,
  tables: [freezesTable],
  on: {
    FreezeCreated: (rows: Rows, event) => rows.put(freezesTable, row(created(event.data, event.id))),
    FreezeChanged: async (rows: Rows, event) => {
      const known = await rows.get(freezesTable, event.data.slug);
      if (known) rows.put(freezesTable, row(changed(known.freeze, event.data, event.id)));
    },
    FreezeDeleted: async (rows: Rows, event) => {
      const known = await rows.get(freezesTable, event.data.slug);
      if (known) rows.put(freezesTable, { ...known, state: 'deleted' });
    },
  } satisfies Handlers<Recorded<FreezeEvent>>,
};
