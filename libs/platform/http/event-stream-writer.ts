import type { ServerResponse } from 'node:http';
import type { Clock } from '@slipway/kernel';
import type { FollowedMessage } from '../queries/answer';

/** After so long without a message a comment is sent: proxies keep the connection, and a client that is gone is noticed. */
export const HEARTBEAT_MS = 15_000;
/** A client that takes nothing for so long is cut off. */
export const PATIENCE_MS = 30_000;
/** What was sent last may take so long to leave. */
const FAREWELL_MS = 1_000;

/** Writes server-sent events to one client, no faster than it takes them. */
export class EventStreamWriter {
  private readonly ending = new AbortController();
  private cancelHeartbeat: () => void = () => undefined;

  constructor(
    private readonly out: ServerResponse,
    private readonly clock: Clock,
  ) {
    out.once('close', () => this.stop());
    // Written to a connection that broke a moment ago.
    out.once('error', () => this.stop());
    // Sends the headers too: who follows knows at once that it works. After a break clients wait for this long before they come back.
    out.write('retry: 2000\n\n');
    this.beatLater();
  }

  /** Aborts when the client is gone or cut off, or the stream is to end. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** Resolves when the next message may come; false when none may. */
  async write(message: FollowedMessage): Promise<boolean> {
    if (this.signal.aborted) return false;
    this.beatLater();
    if (this.out.write(written(message))) return true;
    if (!(await this.happens('drain', PATIENCE_MS, this.signal)) && !this.signal.aborted) this.out.destroy();
    return !this.signal.aborted && !this.out.destroyed;
  }

  /** No more messages: whoever follows goes home. */
  stop(): void {
    this.ending.abort();
    this.cancelHeartbeat();
  }

  /** Resolves when the connection is closed. */
  async end(): Promise<void> {
    this.stop();
    this.out.end();
    if (!this.out.closed) await this.happens('close', FAREWELL_MS);
    this.out.destroy();
  }

  private beatLater(): void {
    this.cancelHeartbeat();
    this.cancelHeartbeat = this.clock.after(HEARTBEAT_MS, () => {
      // What the client has yet to take tells it as much.
      if (!this.out.writableNeedDrain) this.out.write(':\n\n');
      this.beatLater();
    });
  }

  /** False when it did not happen in time, or the signal came first. */
  private async happens(what: 'drain' | 'close', ms: number, signal?: AbortSignal): Promise<boolean> {
    const waiting = new AbortController();
    let happened = false;
    const yes = () => {
      happened = true;
      waiting.abort();
    };
    const no = () => waiting.abort();
    this.out.once(what, yes);
    signal?.addEventListener('abort', no, { once: true });
    await this.clock.sleep(ms, waiting.signal);
    this.out.removeListener(what, yes);
    signal?.removeEventListener('abort', no);
    return happened;
  }
}

/** A place alone is no message to who follows (WHATWG HTML, 9.2.6: no data): it is only what a break is come back from with. */
function written(message: FollowedMessage): string {
  const place = message.id === undefined ? '' : `id: ${message.id}\n`;
  // JSON has no line feeds of its own.
  return 'event' in message ? `${place}event: ${message.event}\ndata: ${JSON.stringify(message.data)}\n\n` : `${place}\n`;
}
