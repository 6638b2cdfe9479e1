import { cursorOf, decodeCursor, encodeCursor, type Scalar, type Table } from '@slipway/kernel';

interface Release {
  project: string;
  version: string;
  createdAt: string | null;
}

const RELEASES: Table<Release> = {
  name: 'releases',
  columns: { project: 'text', version: 'text', createdAt: 'text' },
  key: ['project', 'version'],
};
const ROW: Release = { project: 'shop', version: '1.0.0', createdAt: null };

describe('a cursor', () => {
  it('holds the values of the order, the key appended once', () => {
    expect(cursorOf(RELEASES, { orderBy: ['-createdAt'] }, ROW)).toEqual([null, 'shop', '1.0.0']);
    expect(cursorOf(RELEASES, { orderBy: ['-version'] }, ROW)).toEqual(['1.0.0', 'shop']);
    expect(cursorOf(RELEASES, {}, ROW)).toEqual(['shop', '1.0.0']);
  });

  it('comes back from its text exactly, positions and every script included', () => {
    const values: Scalar[] = ['é😀 "quoted"', -7, 0.5, true, null, 2n ** 62n, ''];
    const text = encodeCursor(values);
    expect(text).toMatch(/^[\w-]+$/);
    expect(decodeCursor(text)).toEqual(values);
  });

  it.each([
    '',
    '%%%',
    'abc',
    'eyJhIjoxfQ',
    Buffer.from('[[1]]').toString('base64url'),
    Buffer.from('[{"position":"x"}]').toString('base64url'),
  ])('that is garbled (%p) is refused as invalid', (text) => {
    expect(() => decodeCursor(text)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'cursor.invalid' }));
  });
});
