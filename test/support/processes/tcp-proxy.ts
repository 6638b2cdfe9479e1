import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** Between the processes of a test and a server: the network, which can be spoiled for both directions of all connections at once. */
export class TcpProxy {
  /** How long it takes until what waits in a piece of at most 64 KiB is carried on, milliseconds. */
  private delayMs = 0;
  private stalled: { readonly over: Promise<void>; readonly end: () => void } | undefined;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private server: Server | undefined;

  private constructor(
    private readonly target: { readonly host: string; readonly port: number },
    private taken = 0,
  ) {}

  /** To where a URL leads; `port` 0 takes any free one. */
  static async to(url: string, port = 0): Promise<TcpProxy> {
    const { hostname: host, port: behind } = new URL(url);
    const proxy = new TcpProxy({ host, port: Number(behind) }, port);
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return this.taken;
  }

  /** The same URL by way of this. */
  through(url: string): string {
    const { host } = new URL(url);
    return url.replace(host, `127.0.0.1:${this.port}`);
  }

  /** All is well again: what waited goes on, who was refused is taken. */
  async pass(): Promise<void> {
    this.delayMs = 0;
    this.stalled?.end();
    this.stalled = undefined;
    if (!this.server) await this.listen();
  }

  /** Connections stay, new ones are taken, and nothing gets through. Nothing is lost either, until somebody gives up. */
  stall(): void {
    if (this.stalled) return;
    let end: () => void = () => undefined;
    this.stalled = { over: new Promise((resolve) => (end = resolve)), end: () => end() };
  }

  /** Every piece, and so every question and answer, takes this long. */
  slow(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** Breaks the connections that are there, with what was under way on them. New ones are taken. */
  reset(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** Breaks them, and takes no more: as if nobody listened. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.reset();
    if (!server) return;
    server.close();
    await once(server, 'close');
  }

  async close(): Promise<void> {
    await this.refuse();
    await this.pass();
    await this.refuse();
  }

  private async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => this.carry(client));
    server.listen(this.taken, '127.0.0.1');
    await once(server, 'listening');
    this.taken = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private carry(client: Socket): void {
    const upstream = connect({ ...this.target, allowHalfOpen: true });
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client]] as const) {
      from.setNoDelay(true);
      from.on('close', () => this.pairs.delete(pair));
      // One end that breaks takes the other with it.
      pipeline(
        from,
        (pieces: AsyncIterable<Buffer>) => this.spoiled(pieces),
        to,
        () => undefined,
      );
    }
  }

  private async *spoiled(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      if (this.delayMs > 0) await pause(this.delayMs);
      await this.stalled?.over;
      yield piece;
    }
  }
}
