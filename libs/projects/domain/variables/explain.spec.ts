import { explain } from './explain';
import type { Variable } from './variable';

const variables: Variable[] = [
  { name: 'Port', value: '80' },
  { name: 'PORT', value: '#{Tls}', scope: { environments: ['production'] } },
  { name: 'Port', value: '8080', scope: { environments: ['staging'], roles: ['web'] } },
  { name: 'Port', value: '9090', scope: { channels: ['beta'] } },
  { name: 'Tls', value: '443' },
];

describe('explaining a variable', () => {
  test('shows every candidate with its rank and why it lost', () => {
    const winner = { value: '#{Tls}', scope: { environments: ['production'] }, source: 'project', rank: [0, 0, 1, 0, 0], matches: true };
    expect(explain(variables, 'port', { environment: 'production', roles: ['web'] })).toEqual({
      name: 'Port',
      winner,
      candidates: [
        {
          value: '80',
          scope: {},
          source: 'project',
          rank: [0, 0, 0, 0, 0],
          matches: true,
          lostBecause: 'the value with environment production ranks higher',
        },
        winner,
        {
          value: '8080',
          scope: { environments: ['staging'], roles: ['web'] },
          source: 'project',
          rank: [0, 1, 1, 0, 1],
          matches: false,
          lostBecause: 'it is scoped to environment staging, not production',
        },
        {
          value: '9090',
          scope: { channels: ['beta'] },
          source: 'project',
          rank: [0, 0, 0, 1, 0],
          matches: false,
          lostBecause: 'it is scoped to channel beta, and the context has no channel',
        },
      ],
    });
  });

  test('has no winner where nothing matches', () => {
    const explained = explain(variables.slice(2, 4), 'Port', { roles: [] });
    expect(explained.winner).toBeUndefined();
    expect(explained.candidates.map(({ lostBecause }) => lostBecause)).toEqual([
      'it is scoped to role web, and the context has no role',
      'it is scoped to channel beta, and the context has no channel',
    ]);
  });

  test('has no candidates for a name nobody defined', () => {
    expect(explain(variables, 'Nobody', { roles: [] })).toEqual({ name: 'Nobody', candidates: [] });
  });
});
