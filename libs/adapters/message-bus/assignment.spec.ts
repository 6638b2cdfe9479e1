import { share } from './assignment';

const nobody = () => undefined;
const entries = (shares: Map<number, string>) => [...shares].sort(([a], [b]) => a - b);

describe('sharing partitions among the members of a group', () => {
  it('gives a single member everything', () => {
    expect(entries(share([0, 1, 2], ['ada'], nobody))).toEqual([[0, 'ada'], [1, 'ada'], [2, 'ada']]); // prettier-ignore
  });

  it('shares evenly', () => {
    expect(entries(share([0, 1, 2], ['ada', 'bob'], nobody))).toEqual([[0, 'ada'], [1, 'bob'], [2, 'ada']]); // prettier-ignore
  });

  it('moves no more than it must when a member joins', () => {
    const shares = share([0, 1, 2, 3], ['ada', 'bob'], () => 'ada');
    expect(entries(shares)).toEqual([[0, 'ada'], [1, 'ada'], [2, 'bob'], [3, 'bob']]); // prettier-ignore
  });

  it('hands what a member leaves behind to those that stay, who keep theirs', () => {
    const before = ['ada', 'bob', 'eve', 'ada'];
    const shares = share([0, 1, 2, 3], ['bob', 'eve'], (partition) => before[partition]);
    expect(entries(shares)).toEqual([[0, 'bob'], [1, 'bob'], [2, 'eve'], [3, 'eve']]); // prettier-ignore
  });

  it('leaves members without a share when there are more of them than partitions', () => {
    expect(entries(share([0], ['ada', 'bob'], nobody))).toEqual([[0, 'ada']]);
  });

  it('shares nothing when nobody is there', () => {
    expect(share([0, 1], [], nobody).size).toBe(0);
  });
});
