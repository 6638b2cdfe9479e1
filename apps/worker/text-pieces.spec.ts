import fc from 'fast-check';
import { PIECE_LENGTH, TextPieces } from './text-pieces';

const all = (chunks: readonly Uint8Array[]): string[] => {
  const text = new TextPieces();
  return [...chunks.flatMap((chunk) => text.push(chunk)), ...text.end()];
};

const isWellFormed = (text: string): boolean => Buffer.from(text).toString() === text;

describe('output cut into pieces', () => {
  it('comes out as it went in, however the bytes arrive, with invalid ones replaced', () => {
    const bytes = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 20 }).map((raw) => Buffer.from(raw)),
        fc.constant(Buffer.from('x€😀\n'.repeat(900))),
      ),
      { maxLength: 6 },
    );
    const property = fc.property(bytes, fc.integer({ min: 1, max: 9_000 }), (parts, size) => {
      const whole = Buffer.concat(parts);
      const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) => whole.subarray(index * size, (index + 1) * size));
      const pieces = all(chunks);
      expect(pieces.join('')).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole).replaceAll('\0', '\ufffd'));
      for (const piece of pieces) expect(piece.length > 0 && piece.length <= PIECE_LENGTH && isWellFormed(piece)).toBe(true);
    });
    // fast-check prints the seed of a run that fails.
    fc.assert(property, { numRuns: 100 });
  });

  it('joins a character that arrives in two chunks and replaces one that never ends', () => {
    const euro = Buffer.from('€');
    expect(all([euro.subarray(0, 1), euro.subarray(1), euro.subarray(0, 2)])).toEqual(['€\ufffd']);
  });

  it('cuts at the end of a line where there is one, and an endless line at its longest', () => {
    const line = `${'a'.repeat(4_999)}\n`;
    expect(all([Buffer.from(line + line)]).map((piece) => piece.length)).toEqual([5_000, 5_000]);
    expect(all([Buffer.from('b'.repeat(20_000))]).map((piece) => piece.length)).toEqual([8_000, 8_000, 4_000]);
  });

  it('never cuts a surrogate pair', () => {
    expect(all([Buffer.from(`a${'😀'.repeat(6_000)}`)]).every((piece) => isWellFormed(piece))).toBe(true);
  });
});
