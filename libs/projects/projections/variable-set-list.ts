import { type Handlers, patched, type Projection, type Recorded, type Rows, type Table } from '@slipway/kernel';
import type { VariableSet } from '../domain/variable-sets/variable-set';
import type { VariableSetEvent } from '../domain/variable-sets/variable-set.events';

interface VariableSetRow {
  slug: string;
  variableSet: VariableSet;
}

export const variableSetsTable: Table<VariableSetRow> = {
  name: 'variable_sets',
  columns: { slug: 'text', variableSet: 'json' },
  key: ['slug'],
};

export const variableSetList: Projection = {
  name: 'variable_set_list',
  version: 1,
  tables: [variableSetsTable],
  on: {
    VariableSetCreated: (rows: Rows, { data }) => rows.put(variableSetsTable, { slug: data.slug, variableSet: data }),
    VariableSetChanged: async (rows: Rows, { data }) => {
      const known = await rows.get(variableSetsTable, data.slug);
      if (known) rows.put(variableSetsTable, { slug: data.slug, variableSet: patched(known.variableSet, data) });
    },
  } satisfies Handlers<Recorded<VariableSetEvent>>,
};
