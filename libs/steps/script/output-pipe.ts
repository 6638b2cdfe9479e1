import { close } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import type { Clock } from '@slipway/kernel';
import type { PipeEnds } from './spare-pipes';

const closeDescriptor = promisify(close);

/** After the end of a script: how long a silent pipe that somebody still holds is listened to, and how much is taken from one that never falls silent. */
const QUIET_MS = 500;
const MAX_REST_BYTES = 1024 * 1024;

/**
 * One output of a script, as a real pipe: Node's own are sockets, and `echo … > /dev/stderr` fails on a socket ("No such device or address").
 */
export class OutputPipe {
  private readonly finished = new AbortController();
  private rest = MAX_REST_BYTES;
  private chunks = 0;
  private handling = false;
  private ending = false;
  private gaveUp = false;

  private readonly reader: Socket;
  private readonly writer: number;

  constructor({ reader, writer }: PipeEnds) {
    this.reader = new Socket({ fd: reader, readable: true, writable: false });
    this.writer = writer;
  }

  /** What the child gets as its file descriptor. */
  get descriptor(): number {
    return this.writer;
  }

  /** To be called once the child has the descriptor: the pipe ends when nobody writes any more. */
  async closeWriter(): Promise<void> {
    await closeDescriptor(this.writer);
  }

  /** Hands over what comes, piece by piece, reading on only when `take` resolved. Resolves at the end of the pipe. */
  async readAll(take: (bytes: Buffer) => Promise<void>): Promise<void> {
    try {
      for await (const bytes of this.reader as AsyncIterable<Buffer>) {
        this.handling = true;
        await take(bytes);
        this.handling = false;
        this.chunks += 1;
        if (this.ending && (this.rest -= bytes.length) < 0) break;
      }
    } catch (error) {
      if (!this.gaveUp) throw error;
    } finally {
      this.finished.abort();
    }
  }

  /** The script is over. Whoever left its group may hold the pipe for ever: reading ends when it falls silent, or after 1 MB more. */
  async endSoon(clock: Clock): Promise<void> {
    this.ending = true;
    while (!this.finished.signal.aborted) {
      const before = this.chunks;
      await clock.sleep(QUIET_MS, this.finished.signal);
      if (before !== this.chunks || this.handling) continue;
      this.gaveUp = true;
      this.reader.destroy();
      return;
    }
  }

  /** Lets go of everything, read or not. */
  destroy(): void {
    this.gaveUp = true;
    this.finished.abort();
    this.reader.destroy();
  }
}
