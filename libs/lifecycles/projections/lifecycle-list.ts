import { type Handlers, patched, type Projection, type Recorded, type Rows, type Table } from '@slipway/kernel';
import type { Lifecycle } from '../domain/lifecycle';
import type { LifecycleEvent } from '../domain/lifecycle.events';

interface LifecycleRow {
  slug: string;
  lifecycle: Lifecycle;
}

export const lifecyclesTable: Table<LifecycleRow> = { name: 'lifecycles', columns: { slug: 'text', lifecycle: 'json' }, key: ['slug'] };

export const lifecycleList: Projection = {
  name: 'lifecycle_list',
  version: 1,
  tables: [lifecyclesTable],
  on: {
    LifecycleCreated: (rows: Rows, { data }) => rows.put(lifecyclesTable, { slug: data.slug, lifecycle: data }),
    LifecycleChanged: async (rows: Rows, { data }) => {
      const known = await rows.get(lifecyclesTable, data.slug);
      if (known) rows.put(lifecyclesTable, { slug: data.slug, lifecycle: patched(known.lifecycle, data) });
    },
  } satisfies Handlers<Recorded<LifecycleEvent>>,
};
