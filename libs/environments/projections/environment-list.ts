import { type Handlers, patched, type Projection, type Recorded, type Rows, type Table } from '@slipway/kernel';
import type { Environment } from '../domain/environment';
import type { EnvironmentEvent } from '../domain/environment.events';

interface EnvironmentRow {
  slug: string;
  /** Null: last. */
  place: number | null;
  createdAt: bigint;
  environment: Environment;
}

export const environmentsTable: Table<EnvironmentRow> = {
  name: 'environments',
  columns: { slug: 'text', place: 'integer', createdAt: 'position', environment: 'json' },
  key: ['slug'],
};

/** Columns of the dashboard and phases of the default lifecycle: by `order`, then oldest first. */
export const ENVIRONMENT_ORDER = ['place', 'createdAt'] as const;

function row(environment: Environment, createdAt: bigint): EnvironmentRow {
  return { slug: environment.slug, place: environment.order ?? null, createdAt, environment };
}

export const environmentList: Projection = {
  name: 'environment_list',
  version: 1,
  tables: [environmentsTable],
  on: {
    EnvironmentCreated: (rows: Rows, event) => rows.put(environmentsTable, row(event.data, event.position)),
    EnvironmentChanged: async (rows: Rows, event) => {
      const known = await rows.get(environmentsTable, event.data.slug);
      if (known) rows.put(environmentsTable, row(patched(known.environment, event.data), known.createdAt));
    },
  } satisfies Handlers<Recorded<EnvironmentEvent>>,
};
