import type { FieldError } from '@slipway/kernel';
import { refusalOf } from '@slipway/kernel/testing';
import { VariableResolver } from '../variables/resolver';
import { checkProcess } from './check-process';
import { MAX_PROCESS_BYTES, MAX_STEPS, type Step } from './step';
import { stepOf } from './step.fixture';

function errors(...steps: Step[]): FieldError[] {
  const refusal = refusalOf(() => checkProcess(steps));
  if (refusal) expect(refusal).toMatchObject({ kind: 'invalid', code: 'process.invalid' });
  return refusal?.errors ?? [];
}

/** A process of exactly so many bytes of JSON. */
function processOf(bytes: number): Step[] {
  const missing = bytes - Buffer.byteLength(JSON.stringify([stepOf('Deploy', { input: { run: '' } })]));
  return [stepOf('Deploy', { input: { run: 'x'.repeat(missing) } })];
}

const tooLarge = expect.objectContaining({ kind: 'invalid', code: 'process.too-large' }) as Error;

describe('a process to be saved', () => {
  it('may be empty, and may hold 200 steps but not 201', () => {
    const steps = (count: number) => Array.from({ length: count }, (_, index) => stepOf(`Step ${index}`));
    expect(errors()).toEqual([]);
    expect(errors(...steps(MAX_STEPS))).toEqual([]);
    expect(MAX_STEPS).toBe(200);
    expect(() => checkProcess(steps(201))).toThrow(tooLarge);
  });

  it('may hold 512 kB of JSON and not a byte more', () => {
    expect(MAX_PROCESS_BYTES).toBe(524_288);
    expect(() => checkProcess(processOf(MAX_PROCESS_BYTES))).not.toThrow();
    expect(() => checkProcess(processOf(MAX_PROCESS_BYTES + 1))).toThrow(tooLarge);
  });

  it('counts bytes, not characters', () => {
    expect(() => checkProcess([stepOf('Deploy', { input: { run: 'é'.repeat(MAX_PROCESS_BYTES / 2) } })])).toThrow(tooLarge);
  });

  it('has steps whose names differ in more than case; every later one of the same name is told', () => {
    expect(errors(stepOf('Deploy'), stepOf('Check'), stepOf('DEPLOY'), stepOf('deploy'))).toMatchObject([
      { pointer: '/steps/2/name', message: expect.stringContaining('step 1') as string },
      { pointer: '/steps/3/name', message: expect.stringContaining('step 1') as string },
    ]);
    // As scopes and outputs tell steps apart.
    expect(errors(stepOf('Straße'), stepOf('STRASSE'))).toMatchObject([{ pointer: '/steps/1/name' }]);
  });

  it.each(['A[1]', 'A]', '[A', 'A#{x}', 'A#1', 'A{', 'A}', 'A|B', 'A == B', 'A != B', ' A', 'A '])(
    'refuses the step name %j: a reference to its outputs would not mean it',
    (name) => {
      expect(errors(stepOf('Build'), stepOf(name))).toEqual([
        { pointer: '/steps/1/name', message: expect.stringContaining(`#{Step[${name}].Output.…}: leave out`) as string },
      ]);
    },
  );

  it.each(['Build', 'Pack it. up', 'v1.2', 'a = b', 'Überall', 'else', 'if only', 'say "hi"', '100 %', '(a/b)-c_d!', 'A.Output.B'])(
    'takes the step name %j',
    (name) => {
      expect(errors(stepOf(name))).toEqual([]);
      const output = `Step[${name}].Output.Version`;
      const texts = new VariableResolver([], { roles: [] }, { [output]: '1.2' });
      expect(texts.expand(`#{${output}} #{if ${output} == "1.2"}same#{/if}`)).toBe('1.2 same');
    },
  );

  it.each(['PT1S', 'PT30M', 'P7D'])('takes the time limit %s', (timeout) => {
    expect(errors(stepOf('Deploy', { timeout }))).toEqual([]);
  });

  it.each(['PT0S', 'PT0.9S', 'P7DT1S', 'P1M', '-PT1H', '30m', ''])('refuses the time limit %p', (timeout) => {
    expect(errors(stepOf('Deploy', { timeout }))).toMatchObject([{ pointer: '/steps/0/timeout' }]);
  });

  it('names the environments a step runs in, or those it does not, not both', () => {
    expect(errors(stepOf('A', { environments: ['staging'] }), stepOf('B', { excludeEnvironments: ['staging'] }))).toEqual([]);
    expect(errors(stepOf('A'), stepOf('B', { environments: ['staging'], excludeEnvironments: ['production'] }))).toMatchObject([
      { pointer: '/steps/1/excludeEnvironments' },
    ]);
  });

  const told = (...steps: Step[]) => errors(...steps).map((one) => one.pointer);
  const beside = { start: 'with-previous' as const };

  it('starts steps beside the one before them, if there is one', () => {
    expect(told(stepOf('A'), stepOf('B', beside), stepOf('C', { ...beside, type: 'delay' }))).toEqual([]);
    expect(told(stepOf('A', beside))).toEqual(['/steps/0/start']);
  });

  it('asks a person alone: a manual intervention starts beside nothing, and nothing beside it', () => {
    const manual = { type: 'manual-intervention' };
    expect(told(stepOf('A'), stepOf('B', manual), stepOf('C'))).toEqual([]);
    expect(told(stepOf('A'), stepOf('B', { ...manual, ...beside }))).toEqual(['/steps/1/start']);
    expect(told(stepOf('A', manual), stepOf('B', beside), stepOf('C', beside))).toEqual(['/steps/1/start']);
  });

  it('takes every run condition, but for an expression that cannot be read or says the same everywhere', () => {
    const when = (condition: Step['condition']) => told(stepOf('A', { condition }));
    for (const condition of ['success', 'failure', 'always', { expression: '#{Go}' }, { expression: 'Tier == "web"' }] as const)
      expect(when(condition)).toEqual([]);
    for (const expression of ['#{Go', 'yes', '']) expect(when({ expression })).toEqual(['/steps/0/condition/expression']);
  });

  it('refuses a condition that asks for what Slipway does not give', () => {
    const when = (expression: string) => errors(stepOf('A', { condition: { expression } }));
    expect(when('Slipway.Release.Channel == "beta"')).toEqual([]);
    expect(when('#{Slipway.Chanel}')).toEqual([
      { pointer: '/steps/0/condition/expression', message: expect.stringContaining('there is no Slipway.Chanel') as string },
    ]);
  });

  it('tries a step from 2 to 20 times, after 0 s to 1 day, growing by 1 to 10', () => {
    const retries = (more: object) => told(stepOf('A', { retries: { attempts: 2, delay: 'PT0S', backoff: 1, ...more } }));
    for (const fine of [{}, { attempts: 20, delay: 'P1D', backoff: 10 }, { backoff: 1.5 }]) expect(retries(fine)).toEqual([]);
    for (const attempts of [0, 1, 21]) expect(retries({ attempts })).toEqual(['/steps/0/retries/attempts']);
    for (const delay of ['P1DT1S', '5s', '-PT1S', '']) expect(retries({ delay })).toEqual(['/steps/0/retries/delay']);
    for (const backoff of [0, 0.9, 10.1]) expect(retries({ backoff })).toEqual(['/steps/0/retries/backoff']);
  });

  it('says nothing of a step that no worker runs which could mean nothing', () => {
    const retries = { attempts: 2, delay: 'PT1S', backoff: 1 };
    const all = { pool: 'linux', retries, timeout: 'PT1H' };
    const of = (type: string) => told(stepOf('A', { ...all, type }));
    expect(of('script')).toEqual([]);
    expect(of('manual-intervention')).toEqual(['/steps/0/pool', '/steps/0/retries']);
    expect(of('delay')).toEqual(['/steps/0/pool', '/steps/0/retries', '/steps/0/timeout']);
    expect(of('deploy-release')).toEqual(['/steps/0/pool']);
  });

  it('tells everything that is wrong at once', () => {
    const both = { environments: ['staging'], excludeEnvironments: ['production'] };
    expect(errors(stepOf('A', { timeout: 'P1Y' }), stepOf('a', both)).map((one) => one.pointer)).toEqual([
      '/steps/1/name',
      '/steps/0/timeout',
      '/steps/1/excludeEnvironments',
    ]);
  });
});
