import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { MAX_SCRIPT_BYTES, ScriptInput } from './script-input';

const faults = (input: object) =>
  validateSync(plainToInstance(ScriptInput, input), { whitelist: true, forbidNonWhitelisted: true }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );

describe('the input of a script step', () => {
  it.each([
    { run: 'true' },
    { run: 'x'.repeat(MAX_SCRIPT_BYTES), shell: 'sh' },
    { run: 'true', shell: 'bash', env: {} },
    { run: 'true', env: { NAME: '#{Value}', _x1: '' } },
  ])('is accepted when it fits the shape (%#)', (input) => {
    expect(faults(input)).toEqual([]);
  });

  it.each([
    [{}, 'run must be a text: the script to run'],
    [{ run: 5 }, 'run must be a text: the script to run'],
    [{ run: '' }, 'run must not be empty: write the script to run'],
    [{ run: 'a\0b' }, 'run must not contain the character NUL'],
    [
      { run: 'é'.repeat(MAX_SCRIPT_BYTES / 2) + 'x' },
      `run is ${MAX_SCRIPT_BYTES + 1} bytes long, at most ${MAX_SCRIPT_BYTES} are allowed: put the rest into a file that the script fetches`,
    ],
    [{ run: 'true', shell: 'zsh' }, "shell must be 'bash' or 'sh'"],
    [{ run: 'true', env: ['A'] }, 'env must be an object of texts, like { "NAME": "text" }'],
    [{ run: 'true', env: 'A=1' }, 'env must be an object of texts, like { "NAME": "text" }'],
    [{ run: 'true', env: { '1A': 'x' } }, 'env has the name "1A": use letters, digits and _, not beginning with a digit'],
    [{ run: 'true', env: { 'A=B': 'x' } }, 'env has the name "A=B": use letters, digits and _, not beginning with a digit'],
    [{ run: 'true', env: { SLIPWAY_STEP: 'x' } }, 'env has the name "SLIPWAY_STEP": names beginning with SLIPWAY_ are set by Slipway'],
    [{ run: 'true', env: { A: 5 } }, 'env needs a text as value of "A": put it in quotes'],
    [{ run: 'true', env: { A: { B: 'x' } } }, 'env needs a text as value of "A": put it in quotes'],
    [{ run: 'true', env: { A: 'a\0' } }, 'env has the character NUL in the value of "A"'],
    [{ run: 'true', timeout: 5 }, 'property timeout should not exist'],
  ])('is refused with a message that says what to change (%#)', (input, message) => {
    expect(faults(input)).toEqual([message]);
  });
});
