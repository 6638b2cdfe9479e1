/** The longest piece of output, UTF-16 units. */
export const PIECE_LENGTH = 8_000;

/**
 * Text of one source, cut from bytes: UTF-8 across the borders of what arrives, invalid bytes replaced, and in pieces that end with a line
 * where there is one. What is no full piece yet is held until it is asked for.
 */
export class TextPieces {
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private held = '';

  /** UTF-16 units held back. */
  get heldLength(): number {
    return this.held.length;
  }

  /** Full pieces only. */
  push(bytes: Uint8Array): string[] {
    this.held += this.decode(bytes, true);
    return this.fullPieces();
  }

  /** Complete lines held so far; empty when there are none. */
  takeLines(): string {
    return this.take(this.held.lastIndexOf('\n') + 1);
  }

  /** Everything held that is whole characters. */
  takeAll(): string {
    return this.take(this.held.length);
  }

  /** The source is over: an incomplete character becomes a replacement. */
  end(): string[] {
    this.held += this.decode(new Uint8Array(0), false);
    return [...this.fullPieces(), this.takeAll()].filter((piece) => piece !== '');
  }

  private decode(bytes: Uint8Array, stream: boolean): string {
    // Not every store keeps NUL in a text.
    return this.decoder.decode(bytes, { stream }).replaceAll('\0', '\ufffd');
  }

  private fullPieces(): string[] {
    const pieces: string[] = [];
    while (this.held.length >= PIECE_LENGTH) {
      const line = this.held.lastIndexOf('\n', PIECE_LENGTH - 1) + 1;
      pieces.push(this.take(line > 0 ? line : PIECE_LENGTH - (isHighSurrogate(this.held.charCodeAt(PIECE_LENGTH - 1)) ? 1 : 0)));
    }
    return pieces;
  }

  private take(length: number): string {
    const piece = this.held.slice(0, length);
    this.held = this.held.slice(length);
    return piece;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
