import { ALL_NAMES, DEPLOYMENT_NAMES, unknownNameProblem, VERSION_NAMES } from './slipway-names';
import { parseExpression, parseTemplate } from './template';

const problem = (text: string, known: readonly string[] = DEPLOYMENT_NAMES) => unknownNameProblem(parseTemplate(text), known);

describe('names under Slipway.', () => {
  it.each([...DEPLOYMENT_NAMES, 'slipway.ENVIRONMENT', 'Slipways', 'Slip.way', 'Other'])('%s may be asked for', (name) => {
    expect(problem(`#{${name}}#{if ${name}}x#{/if}`)).toBeUndefined();
  });

  it.each([
    '#{Slipway.Nope}',
    '#{ slipway.environmnt }',
    '#{if Slipway.Nope}x#{/if}',
    '#{if A == B}#{else}#{Slipway.Nope}#{/if}',
    '#{each i in Slipway.Hosts}x#{/each}',
    '#{each i in Hosts}#{Slipway.Template.Each.Key}#{/each}',
    '#{A[#{Slipway.Nope}]}',
    '#{A | Replace #{Slipway.Nope} "x"}',
    '#{calc Slipway.Nope + 1}',
    '#{Slipway.}',
  ])('refuses %s, naming what there is', (text) => {
    expect(problem(text)).toMatch(
      /^there is no slipway\..*: Slipway gives Slipway.Project, Slipway.Release, .*Slipway.Deployment.Error, and in each /i,
    );
  });

  it('says a name as it was written', () => {
    expect(unknownNameProblem(parseExpression('slipway.Envronment == "x"'), DEPLOYMENT_NAMES)).toContain('there is no slipway.Envronment:');
  });

  it('are those of a loop only inside of it', () => {
    const each = ['Index', 'First', 'Last'].map((name) => `#{Slipway.Template.Each.${name}}`).join('');
    expect(problem(`#{each i in A}#{each j in B}${each}#{/each}${each}#{/each}`)).toBeUndefined();
    expect(problem(`#{each i in A}#{/each}${each}`)).toContain('there is no Slipway.Template.Each.Index');
  });

  it('are others in version templates, and all in variables, which both read', () => {
    for (const name of VERSION_NAMES) expect(problem(`#{${name}}`, VERSION_NAMES)).toBeUndefined();
    expect(problem('#{Slipway.Environment}', VERSION_NAMES)).toContain('Slipway.Version.Channel.NextPatch');
    expect(problem('#{Slipway.Version.NextPatch}')).toContain('there is no Slipway.Version.NextPatch');
    expect(problem('#{Slipway.Environment}#{Slipway.Version.NextPatch}', ALL_NAMES)).toBeUndefined();
  });

  it('are not judged where they are put together from values', () => {
    expect(problem('#{Slipway.#{A}}')).toBeUndefined();
  });
});
