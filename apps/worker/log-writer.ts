import { createHash } from 'node:crypto';
import type { Clock, LogChunk, LogSummary } from '@slipway/kernel';
import type { LogPublisher } from './log-publisher';
import { TextPieces } from './text-pieces';

type Source = LogChunk['source'];

const FLUSH_MS = 500;
/** Many tiny chunks cost more than their text says. */
const MAX_CHUNKS = 100_000;

/** The output of one attempt as numbered chunks: bounded in size, in the order in which it came, never older than half a second when it leaves. */
export class LogWriter {
  private readonly texts = new Map<Source, TextPieces>();
  private readonly hash = createHash('sha256');
  private number = 0;
  private bytes = 0;
  private dropped = 0;
  private cut = false;
  private cancelFlush: (() => void) | undefined;

  constructor(
    private readonly publisher: LogPublisher,
    private readonly clock: Clock,
    private readonly maxBytes: number,
  ) {}

  /** Takes output. Resolves when more may come: whoever reads waits for that, so nothing piles up. */
  async write(source: Source, bytes: Buffer): Promise<void> {
    if (this.cut) {
      this.dropped += bytes.length;
      return;
    }
    // What the other sources said before comes first, as far as it is whole lines.
    for (const [other, text] of this.texts) if (other !== source) this.keep(other, text.takeLines());
    for (const piece of this.textOf(source).push(bytes)) this.keep(source, piece);
    if (!this.cancelFlush && [...this.texts.values()].some((text) => text.heldLength > 0)) {
      this.cancelFlush = this.clock.after(FLUSH_MS, () => this.flush());
    }
    await this.publisher.ready();
  }

  /** Sends the rest. Resolves when the bus has it all, with what the attempt's closing event says of it. */
  async close(): Promise<LogSummary['log']> {
    this.cancelFlush?.();
    for (const [source, text] of this.texts) for (const piece of text.end()) this.keep(source, piece);
    if (this.cut) this.emit('slipway', `In all, ${this.dropped} bytes of output were left out.\n`);
    await this.publisher.drained();
    return { chunks: this.number, digest: this.hash.digest('hex') };
  }

  private flush(): void {
    this.cancelFlush = undefined;
    for (const [source, text] of this.texts) this.keep(source, text.takeAll());
  }

  private keep(source: Source, text: string): void {
    if (text === '') return;
    const bytes = Buffer.byteLength(text);
    if (!this.cut && (this.bytes + bytes > this.maxBytes || this.number >= MAX_CHUNKS)) {
      this.cut = true;
      this.emit('slipway', `The output is cut here, after ${this.bytes} bytes: what follows is left out.\n`);
    }
    if (this.cut) {
      this.dropped += bytes;
      return;
    }
    this.bytes += bytes;
    this.emit(source, text);
  }

  private emit(source: Source, text: string): void {
    const chunk: LogChunk = { number: (this.number += 1), at: this.clock.timestamp(), source, text };
    const json = JSON.stringify(chunk);
    this.hash.update(this.number === 1 ? json : `\n${json}`);
    this.publisher.add(chunk, Buffer.byteLength(json));
  }

  private textOf(source: Source): TextPieces {
    const text = this.texts.get(source) ?? new TextPieces();
    this.texts.set(source, text);
    return text;
  }
}

/** What an attempt without output says of it. */
export const NO_OUTPUT: LogSummary['log'] = { chunks: 0, digest: createHash('sha256').digest('hex') };
