import { effectivePatch, type Patch, patched } from '@slipway/kernel';

interface Thing {
  name?: string;
  order?: number;
  tags?: readonly { key: string; value: string }[];
}
const THING: Thing = { name: 'Production', order: 3, tags: [{ key: 'tier', value: 'live' }] };

describe('a patch', () => {
  it('changes what it names and leaves the rest', () => {
    expect(patched(THING, { order: 4 })).toEqual({ ...THING, order: 4 });
  });

  it('takes a value away with null', () => {
    expect(patched(THING, { name: null })).toStrictEqual({ order: 3, tags: THING.tags });
  });

  it('never changes the resource it is applied to', () => {
    const before = structuredClone(THING);
    patched(THING, { name: null, order: 9 });
    expect(THING).toStrictEqual(before);
  });

  it('is effective only in what differs', () => {
    expect(effectivePatch(THING, { name: 'Production', order: 4 })).toStrictEqual({ order: 4 });
    expect(effectivePatch(THING, { name: undefined, order: undefined })).toBeUndefined();
    expect(effectivePatch(THING, {})).toBeUndefined();
  });

  it('changes nothing by taking away what is not there', () => {
    expect(effectivePatch<Thing>({ order: 3 }, { name: null })).toBeUndefined();
    expect(effectivePatch(THING, { name: null })).toStrictEqual({ name: null });
  });

  it('changes nothing by naming the keys of a value in another order', () => {
    expect(effectivePatch(THING, { tags: [{ value: 'live', key: 'tier' }] })).toBeUndefined();
  });

  it('is effective when the items of a list are in another order', () => {
    const tags = [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ];
    const patch: Patch<Thing> = { tags: [...tags].reverse() };
    expect(effectivePatch<Thing>({ tags }, patch)).toStrictEqual(patch);
  });
});
