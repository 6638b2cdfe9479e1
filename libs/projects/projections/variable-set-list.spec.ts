import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { type VariableSetEvent, variableSetEvents } from '../domain/variable-sets/variable-set.events';
import { variableSetList, variableSetsTable } from './variable-set-list';

describe('the list of variable sets', () => {
  const { VariableSetCreated, VariableSetChanged, SetVariablesChanged } = variableSetEvents.entries;

  it('shows a set without its variables, as it was changed last', async () => {
    const events: VariableSetEvent[] = [
      { type: 'VariableSetCreated', data: VariableSetCreated.sample },
      { type: 'SetVariablesChanged', data: SetVariablesChanged.sample },
      { type: 'VariableSetChanged', data: VariableSetChanged.sample },
    ];
    const rows = await projectionRows(variableSetList, variableSetsTable, logOf(recorded(events)), () => new SqliteReadStore(':memory:'));
    expect(rows).toEqual([{ slug: 'mail', variableSet: { slug: 'mail', name: 'Mail' } }]);
  });
});
