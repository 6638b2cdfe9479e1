import { refusalOf } from '@slipway/kernel/testing';
import { MAX_PROMPTED_BYTES, promptedValues, unansweredPrompts } from './prompts';
import type { Variable, VariablePrompt, VariableScope } from './variable';
import { checkVariables } from './variable-set';

const prompt = (label: string, more: Partial<VariablePrompt> = {}): VariablePrompt => ({
  label,
  required: false,
  control: 'text',
  ...more,
});
const asked = (name: string, question: VariablePrompt, more: { value?: string; scope?: VariableScope } = {}): Variable => ({
  name,
  value: more.value ?? '',
  ...(more.scope && { scope: more.scope }),
  prompt: question,
});
const context = { environment: 'production', channel: 'default' };

describe('saving prompts', () => {
  const pointers = (...variables: Variable[]) => refusalOf(() => checkVariables(variables))!.errors.map(({ pointer }) => pointer);
  const accepted = (...variables: Variable[]) => checkVariables(variables);

  test('takes each control, with a default or without', () => {
    accepted(
      asked('A', prompt('One'), { value: 'x' }),
      asked('B', prompt('Two', { control: 'multiline', required: true })),
      asked('C', prompt('Three', { control: 'select', options: ['eu', 'us'] }), { value: 'us' }),
      asked('D', prompt('Four', { control: 'checkbox' }), { value: 'False' }),
      asked('E', prompt('Five', { control: 'select', options: ['eu'] })),
    );
  });

  test('gives a label to one name and a name one label, whatever the case', () => {
    expect(pointers(asked('A', prompt('Ticket')), asked('B', prompt('TICKET')))).toEqual(['/variables/1/prompt/label']);
    const [dev, prod] = [{ environments: ['dev'] }, { environments: ['prod'] }];
    expect(pointers(asked('A', prompt('One'), { scope: dev }), asked('a', prompt('Two'), { scope: prod }))).toEqual([
      '/variables/1/prompt/label',
    ]);
    accepted(asked('A', prompt('One'), { scope: dev }), asked('a', prompt('ONE'), { scope: prod }));
  });

  test('wants options for a select, and only there', () => {
    expect(pointers(asked('A', prompt('One', { control: 'select' })))).toEqual(['/variables/0/prompt/options']);
    expect(pointers(asked('A', prompt('One', { options: ['x'] })))).toEqual(['/variables/0/prompt/options']);
  });

  test('wants a default among the choices', () => {
    expect(pointers(asked('A', prompt('One', { control: 'select', options: ['x'] }), { value: 'y' }))).toEqual(['/variables/0/value']);
    expect(pointers(asked('A', prompt('One', { control: 'checkbox' }), { value: 'yes' }))).toEqual(['/variables/0/value']);
  });
});

describe('answering prompts', () => {
  const set = [
    asked('Ticket', prompt('Which ticket?', { required: true })),
    asked('Region', prompt('Region', { control: 'select', options: ['eu', 'us'] }), { value: 'eu' }),
    asked('Force', prompt('Force', { control: 'checkbox' }), { value: 'False' }),
    asked('Notes/~', prompt('Notes/~', { control: 'multiline' })),
    { name: 'Plain', value: 'x' },
  ];

  test('gives answers by variable name, taken literally, and leaves the rest with their defaults', () => {
    expect(promptedValues(set, context, { 'Which ticket?': 'OPS-1 #{Plain}', FORCE: 'true' })).toEqual({
      Ticket: 'OPS-1 #{Plain}',
      Force: 'True',
    });
    expect(promptedValues(set, context, { 'which TICKET?': 'x', Region: 'us', 'Notes/~': '' })).toEqual({
      Ticket: 'x',
      Region: 'us',
      'Notes/~': '',
    });
  });

  test('names every label that is wrong, with its pointer', () => {
    const { kind, code, errors, message } = refusalOf(() =>
      promptedValues(set, context, { Colour: 'red', Region: 'asia', Force: 'maybe', 'Notes/~x': 'y' }),
    )!;
    expect({ kind, code }).toEqual({ kind: 'invalid', code: 'deployment.prompted' });
    expect(errors).toEqual([
      {
        pointer: '/prompted/Colour',
        message: 'nothing is asked for as "Colour" here: there is "Which ticket?", "Region", "Force", "Notes/~"',
      },
      {
        pointer: '/prompted/Notes~1~0x',
        message: 'nothing is asked for as "Notes/~x" here: there is "Which ticket?", "Region", "Force", "Notes/~"',
      },
      { pointer: '/prompted/Which ticket?', message: '"Which ticket?" must be answered' },
      { pointer: '/prompted/Region', message: '"Region" must be eu or us' },
      { pointer: '/prompted/Force', message: '"Force" must be True or False' },
    ]);
    expect(message).toContain('/prompted/Region "Region" must be eu or us');
  });

  test('refuses a blank answer to a required one, also where there is a default', () => {
    const required = [asked('A', prompt('A', { required: true }), { value: 'default' })];
    expect(promptedValues(required, context, {})).toEqual({});
    expect(refusalOf(() => promptedValues(required, context, { A: ' ' }))!.errors).toEqual([
      { pointer: '/prompted/A', message: '"A" must not be blank' },
    ]);
  });

  test('asks only for values whose scope can match environment and channel', () => {
    const scoped = (scope: VariableScope) => [asked('A', prompt('A', { required: true }), { scope })];
    const isAsked = (scope: VariableScope) => unansweredPrompts(scoped(scope), context).length === 1;
    expect(isAsked({ environments: ['PRODUCTION'], channels: ['default'] })).toBe(true);
    expect(isAsked({ steps: ['Deploy'], roles: ['web'] })).toBe(true);
    expect(isAsked({ environments: ['staging'] })).toBe(false);
    expect(isAsked({ channels: ['beta'], steps: ['Deploy'] })).toBe(false);
    expect(refusalOf(() => promptedValues(scoped({ environments: ['staging'] }), context, { A: 'x' }))!.errors[0]?.message).toBe(
      'nothing is asked for as "A" here: there are no prompts',
    );
  });

  test('does not ask for what a more specific value always decides', () => {
    const fixed = [asked('A', prompt('A', { required: true })), { name: 'a', value: 'fixed', scope: { environments: ['production'] } }];
    expect(unansweredPrompts(fixed, context)).toEqual([]);
    expect(unansweredPrompts(fixed, { ...context, environment: 'staging' })).toEqual(['A']);
  });

  test('tells what stays unanswered where nobody is there to answer: required ones without a default', () => {
    expect(unansweredPrompts(set, context)).toEqual(['Which ticket?']);
  });

  test('bounds all answers together', () => {
    const answer = 'x'.repeat(MAX_PROMPTED_BYTES - '{"Which ticket?":""}'.length);
    expect(promptedValues(set, context, { 'Which ticket?': answer })).toEqual({ Ticket: answer });
    expect(refusalOf(() => promptedValues(set, context, { 'Which ticket?': `${answer}x` }))!.errors).toMatchObject([
      { pointer: '/prompted' },
    ]);
  });
});
