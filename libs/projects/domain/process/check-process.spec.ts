import { isDomainError, type FieldError } from '@slipway/kernel';
import { checkProcess } from './check-process';
import { MAX_PROCESS_BYTES, MAX_STEPS, type Step } from './step';

function step(name: string, overrides: Partial<Step> = {}): Step {
  const plain = { name, type: 'script', input: { run: 'true' }, required: false, roles: [], environments: [], excludeEnvironments: [] };
  return { ...plain, ...overrides };
}

function errors(...steps: Step[]): FieldError[] {
  try {
    checkProcess(steps);
  } catch (error) {
    if (isDomainError(error) && error.code === 'process.invalid' && error.kind === 'invalid') return error.errors;
    throw error;
  }
  return [];
}

/** A process of exactly so many bytes of JSON. */
function processOf(bytes: number): Step[] {
  const missing = bytes - Buffer.byteLength(JSON.stringify([step('Deploy', { input: { run: '' } })]));
  return [step('Deploy', { input: { run: 'x'.repeat(missing) } })];
}

const tooLarge = expect.objectContaining({ kind: 'invalid', code: 'process.too-large' }) as Error;

describe('a process to be saved', () => {
  it('may be empty, and may hold 200 steps but not 201', () => {
    const steps = (count: number) => Array.from({ length: count }, (_, index) => step(`Step ${index}`));
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
    expect(() => checkProcess([step('Deploy', { input: { run: 'é'.repeat(MAX_PROCESS_BYTES / 2) } })])).toThrow(tooLarge);
  });

  it('has steps whose names differ in more than case; every later one of the same name is told', () => {
    expect(errors(step('Deploy'), step('Check'), step('DEPLOY'), step('deploy'))).toMatchObject([
      { pointer: '/steps/2/name', message: expect.stringContaining('step 1') as string },
      { pointer: '/steps/3/name', message: expect.stringContaining('step 1') as string },
    ]);
  });

  it.each(['PT1S', 'PT30M', 'P7D'])('takes the time limit %s', (timeout) => {
    expect(errors(step('Deploy', { timeout }))).toEqual([]);
  });

  it.each(['PT0S', 'PT0.9S', 'P7DT1S', 'P1M', '-PT1H', '30m', ''])('refuses the time limit %p', (timeout) => {
    expect(errors(step('Deploy', { timeout }))).toMatchObject([{ pointer: '/steps/0/timeout' }]);
  });

  it('names the environments a step runs in, or those it does not, not both', () => {
    expect(errors(step('A', { environments: ['staging'] }), step('B', { excludeEnvironments: ['staging'] }))).toEqual([]);
    expect(errors(step('A'), step('B', { environments: ['staging'], excludeEnvironments: ['production'] }))).toMatchObject([
      { pointer: '/steps/1/excludeEnvironments' },
    ]);
  });

  it('tells everything that is wrong at once', () => {
    const both = { environments: ['staging'], excludeEnvironments: ['production'] };
    expect(errors(step('A', { timeout: 'P1Y' }), step('a', both)).map((one) => one.pointer)).toEqual([
      '/steps/1/name',
      '/steps/0/timeout',
      '/steps/1/excludeEnvironments',
    ]);
  });
});
