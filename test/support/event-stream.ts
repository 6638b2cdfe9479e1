import { Agent, get, type IncomingMessage } from 'node:http';
import { eventually } from '@slipway/kernel/testing';

export interface StreamedMessage {
  readonly id?: string;
  readonly event: string;
  readonly data: ReturnType<typeof JSON.parse>;
}

/** Follows a stream of server-sent events, read as the standard says: a message is over at an empty line. */
export class EventStream {
  readonly messages: StreamedMessage[] = [];
  comments = 0;
  /** What a client comes back with after a break: that of a message, or a place told alone. */
  lastId: string | undefined;
  ended = false;
  /** The connection broke before the stream had ended. */
  broken = false;
  private open = '';

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.take(text));
    response.on('end', () => (this.ended = true));
    response.on('error', () => (this.broken = true));
  }

  /** Resolves with what was answered; other answers than 200 are no streams, and rejected with their body. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers, agent: new Agent() }, resolve).on('error', reject);
    });
    if (response.statusCode === 200) return new EventStream(response);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    throw Object.assign(new Error(`${url}: ${response.statusCode}`), {
      status: response.statusCode,
      headers: response.headers,
      json: JSON.parse(Buffer.concat(chunks).toString('utf8')),
    });
  }

  /** Waits for so many messages. */
  async has(count: number): Promise<StreamedMessage[]> {
    await eventually(() => this.messages.length >= count, `${count} messages, not ${this.messages.length}`);
    return this.messages;
  }

  /** Waits for the end, however it comes. */
  async over(): Promise<StreamedMessage[]> {
    await eventually(() => this.ended || this.broken, 'the end of a stream');
    return this.messages;
  }

  /** Reads no further, and keeps the connection. */
  pause(): void {
    this.response.pause();
  }

  resume(): void {
    this.response.resume();
  }

  close(): void {
    this.response.destroy();
  }

  private take(text: string): void {
    const parts = (this.open + text).split('\n\n');
    this.open = parts.pop() ?? '';
    for (const part of parts) {
      const fields = new Map(
        part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]),
      );
      if (fields.has('')) this.comments += 1;
      const [event, data, id] = ['event', 'data', 'id'].map((name) => fields.get(name));
      this.lastId = id ?? this.lastId;
      if (event !== undefined && data !== undefined)
        this.messages.push({ ...(id === undefined ? {} : { id }), event, data: JSON.parse(data) });
    }
  }
}
