import { contentHash } from '@slipway/kernel';
import { deciderSpec, refusalOf } from '@slipway/kernel/testing';
import type { Variable } from '../variables/variable';
import { variableSetDecider } from './variable-set.decider';
import type { VariableSetEvent } from './variable-set.events';

const { given } = deciderSpec(variableSetDecider);
const created: VariableSetEvent = { type: 'VariableSetCreated', data: { slug: 'mail', name: 'Mail' } };
const variables: Variable[] = [{ name: 'Mail.Host', value: 'smtp.example.org', scope: { environments: ['production'], roles: ['web'] } }];
const changed = (revision: number, values: readonly Variable[]): VariableSetEvent => ({
  type: 'SetVariablesChanged',
  data: { slug: 'mail', revision, hash: contentHash(values), variables: values },
});

function pointers(values: readonly Variable[]) {
  const refusal = refusalOf(() =>
    given(created)
      .when({ type: 'ChangeSetVariables', data: { variables: values } })
      .decided(),
  );
  return refusal ? { code: refusal.code, pointers: refusal.errors.map(({ pointer }) => pointer) } : 'accepted';
}

describe('a variable set', () => {
  it('is created, and changed where a change says something new', () => {
    given()
      .when({ type: 'CreateVariableSet', data: { slug: 'mail', name: 'Mail' } })
      .then([created]);
    given(created)
      .when({ type: 'ChangeVariableSet', data: { name: null, description: 'How' } })
      .then([{ type: 'VariableSetChanged', data: { slug: 'mail', name: null, description: 'How' } }]);
    given(created)
      .when({ type: 'ChangeVariableSet', data: { name: 'Mail' } })
      .then([]);
  });

  it('has its variables replaced whole, and counts the changes', () => {
    given(created)
      .when({ type: 'ChangeSetVariables', data: { variables } })
      .then([changed(1, variables)]);
    given(created, changed(1, variables)).when({ type: 'ChangeSetVariables', data: { variables } }).then([]);
    given(created, changed(1, variables))
      .when({ type: 'ChangeSetVariables', data: { variables: [] } })
      .then([changed(2, [])]);
  });

  it('holds its variables to the rules of a project', () => {
    expect(pointers([{ name: 'A', value: '#{A}' }])).toEqual({ code: 'variables.invalid', pointers: ['/variables/0/value'] });
  });

  it('takes no values for steps or channels: those belong to a project', () => {
    const scopes = [{ steps: ['Deploy'] }, { channels: ['beta'], environments: ['production'] }, { roles: ['web'] }];
    expect(pointers(scopes.map((scope) => ({ name: 'A', value: 'x', scope })))).toEqual({
      code: 'variables.invalid',
      pointers: ['/variables/0/scope/steps', '/variables/1/scope/channels'],
    });
  });
});
