import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VariableResolver } from '@slipway/projects/contract';
import { FILTERS } from '../../libs/projects/domain/variables/filters';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'templates.md'), 'utf8');
const [before = '', after = ''] = PAGE.split('| template | gives |');
const variables = [...before.matchAll(/`([^`\n]+)` = `([^`\n]*)`/g)].map(([, name = '', value = '']) => ({ name, value, scope: {} }));
const examples = [...after.matchAll(/^\| `(.+?)` \| `(.*?)` \|/gm)]
  .map(([, template = '', gives = '']) => [template.replaceAll('\\|', '|'), gives] as const)
  .filter(([template]) => template.includes('#{'));

describe('the page about templates', () => {
  it('has examples, and the variables that they need', () => {
    expect(variables).toHaveLength(9);
    expect(examples).toHaveLength(12);
  });

  it.each(examples)('is right that %s gives %s', (template, gives) => {
    const context = { environment: 'staging', step: 'Deploy', channel: 'default', roles: [] };
    expect(new VariableResolver(variables, context, {}).expand(template, 'the example')).toBe(gives);
  });

  it('names every filter', () => {
    const [, named = ''] = /^Filters: (.*)\.$/m.exec(PAGE) ?? [];
    expect(named.split(', ').map((one) => one.replaceAll('`', ''))).toEqual(Object.keys(FILTERS));
  });
});
