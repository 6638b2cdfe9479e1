import { assign } from './sticky-assigner';

const partitions = (...counts: [topic: string, count: number][]) =>
  new Map(counts.map(([topic, count]) => [topic, Array.from({ length: count }, (_, number) => number)]));
const member = (memberId: string, held = {}, topics = ['t', 'u']) => ({ memberId, topics, held });

describe('sharing out a group’s partitions', () => {
  it('gives everything to a single member', () => {
    expect(assign([member('ada')], partitions(['t', 2], ['u', 1]))).toEqual(new Map([['ada', { t: [0, 1], u: [0] }]]));
  });

  it('leaves with each member what it holds, as far as that is even', () => {
    const shares = assign([member('bob'), member('ada', { t: [0, 1, 2, 3] })], partitions(['t', 4]));
    expect(shares.get('ada')).toEqual({ t: [0, 1] });
    expect(shares.get('bob')).toEqual({ t: [2, 3] });
  });

  it('hands out what a member left behind, and moves nothing else', () => {
    const shares = assign([member('ada', { t: [0, 3] }), member('eve', { t: [2] })], partitions(['t', 4]));
    expect(shares.get('ada')).toEqual({ t: [0, 3] });
    expect(shares.get('eve')?.t?.sort()).toEqual([1, 2]);
  });

  it('gives several narrow topics to several members', () => {
    const shares = assign([member('ada'), member('bob')], partitions(['t', 1], ['u', 1]));
    expect([...shares.values()]).toEqual([{ t: [0] }, { u: [0] }]);
  });

  it('gives a topic only to those that follow it, and tells who gets nothing', () => {
    const shares = assign([member('ada', {}, ['t']), member('bob'), member('eve', {}, ['t'])], partitions(['u', 2], ['t', 1]));
    expect(shares).toEqual(new Map([['ada', { t: [0] }], ['bob', { u: [0, 1] }], ['eve', {}]])); // prettier-ignore
  });

  it('believes one of two that claim the same', () => {
    const shares = assign([member('ada', { t: [0] }), member('bob', { t: [0] })], partitions(['t', 2]));
    expect([...shares.values()].map(({ t }) => t)).toEqual([[0], [1]]);
  });
});
