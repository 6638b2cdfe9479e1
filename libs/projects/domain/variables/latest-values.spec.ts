import { LatestValues } from './latest-values';
import { VariableResolver } from './resolver';
import type { Variable, VariableContext } from './variable';

const variables: Variable[] = [
  { name: 'A', value: '#{Step[Build].Output.Version}#{Nope}' },
  { name: 'A', value: 'staging', scope: { environments: ['staging'] } },
  { name: 'R', value: 'web', scope: { roles: ['web'] } },
];
const bombs: Variable[] = [
  { name: 'Bomb', value: `${'#{each i in L}'.repeat(9)}${'#{/each}'.repeat(9)}` },
  { name: 'L', value: 'a,b,c,d,e,f,g,h,i,j' },
];

function resolver(context: Partial<VariableContext> = {}, given: Record<string, string> = {}, of = variables): VariableResolver {
  return new VariableResolver(of, { environment: 'production', step: 'Deploy', roles: [], ...context }, given);
}

describe('the values of the context asked for last', () => {
  it('are every value and its warnings, made once for all steps between which nothing tells', () => {
    const latest = new LatestValues();
    const first = latest.of(resolver({}, { 'Step[Build].Output.Version': '1.2' }));
    expect(first).toEqual({ values: { A: '1.2' }, warnings: [expect.stringContaining('#{Nope}')] });
    expect(latest.of(resolver({ step: 'Check' }, { 'Step[Build].Output.Version': '1.2' }))).toBe(first);
  });

  it.each([
    ['another environment', resolver({ environment: 'staging' })],
    ['other roles, where a value is scoped to one', resolver({ roles: ['web'] })],
    ['another text given', resolver({}, { 'Step[Build].Output.Version': '1.3' })],
    ['another name given', resolver({}, { 'Step[Test].Output.Version': '1.2' })],
    ['a snapshot of its own', resolver({}, { 'Step[Build].Output.Version': '1.2' }, [...variables])],
  ])('are those of no context with %s', (_, other) => {
    const latest = new LatestValues();
    const first = latest.of(resolver({}, { 'Step[Build].Output.Version': '1.2' }));
    const second = latest.of(other);
    expect(second).not.toBe(first);
    expect(second.values).toEqual(other.all());
  });

  it('that take too much are given up once for all such steps', () => {
    const latest = new LatestValues();
    const refusal = (step: string) => {
      try {
        return latest.of(resolver({ step }, {}, bombs));
      } catch (error) {
        return error;
      }
    };
    const first = refusal('Deploy');
    expect(first).toMatchObject({ code: 'variables.expansion-too-large', facts: { variable: 'Bomb' } });
    for (const step of ['Check', 'Tell']) expect(refusal(step)).toBe(first);
  });
});
