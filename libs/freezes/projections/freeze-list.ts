import { type Handlers, type Projection, putSince, type Recorded, type Rows, temporalTable } from '@slipway/kernel';
import { changed, created, type KnownFreeze } from '../domain/freeze';
import type { FreezeEvent } from '../domain/freeze.events';
import { overAt } from '../domain/windows';

interface FreezeRow {
  slug: string;
  /** RFC 3339 UTC: from then on it freezes nothing any more; or `never`, which sorts behind every time. */
  overAt: string;
  state: 'active' | 'deleted';
  freeze: KnownFreeze;
}

/** As they stand and stood: a look back in time judges by the freezes of then. */
export const freezesTable = temporalTable<FreezeRow>({
  name: 'freezes',
  columns: { slug: 'text', overAt: 'text', state: 'text', freeze: 'json' },
  key: ['slug'],
});

function row(freeze: KnownFreeze): FreezeRow {
  return { slug: freeze.slug, overAt: overAt(freeze) ?? 'never', state: 'active', freeze };
}

export const freezeList: Projection = {
  name: 'freeze_list',
  version: 2,
  tables: [freezesTable.now, freezesTable.before],
  on: {
    FreezeCreated: (rows: Rows, event) => putSince(rows, freezesTable, row(created(event.data, event.id)), event.position),
    FreezeChanged: async (rows: Rows, event) => {
      const known = await rows.get(freezesTable.now, event.data.slug);
      if (known) await putSince(rows, freezesTable, row(changed(known.freeze, event.data, event.id)), event.position);
    },
    FreezeDeleted: async (rows: Rows, event) => {
      const known = await rows.get(freezesTable.now, event.data.slug);
      if (known) await putSince(rows, freezesTable, { ...row(known.freeze), state: 'deleted' }, event.position);
    },
  } satisfies Handlers<Recorded<FreezeEvent>>,
};
