import { refuseFaults } from './errors';
import { refusalOf } from './testing';

const faults = (count: number) => Array.from({ length: count }, (_, at) => ({ pointer: `/steps/${at}`, message: 'is wrong' }));
const refused = (count: number) => refusalOf(() => refuseFaults(faults(count), 'process.invalid', 'The process cannot be saved'));

describe('refusing what is at fault', () => {
  it('is nothing where nothing is', () => {
    expect(refused(0)).toBeUndefined();
  });

  it('names each place and what is wrong there', () => {
    expect(refused(2)).toMatchObject({
      kind: 'invalid',
      code: 'process.invalid',
      message: 'The process cannot be saved: /steps/0 is wrong; /steps/1 is wrong.',
      errors: faults(2),
    });
  });

  it('keeps the text short, and all of them in errors', () => {
    expect(refused(7)?.message).toMatch(/\/steps\/4 is wrong; and 2 more\.$/);
    expect(refused(7)?.errors).toEqual(faults(7));
  });
});
