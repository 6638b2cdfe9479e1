import { type Clock, type Log, messageOf } from '@slipway/kernel';
import { Client } from 'pg';
import type { LogTail } from './log-tail';

const CONNECT_MS = 5_000;
/** So often the connection is tried and the server asked, in case something was not told. */
const LOOK_MS = 5_000;
const LONGEST_BACK_OFF_MS = 5_000;
const END_MS = 1_000;

interface Surroundings {
  readonly url: string;
  readonly place: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether a process of the server is the one that is writing for this process right now. */
  readonly isOwn: (backend: number) => boolean;
}

/** One connection that is told of every commit, by any process, and connects again for as long as it must. */
export class CommitListener {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private lost = false;

  constructor(
    private readonly tail: LogTail,
    private readonly on: Surroundings,
  ) {}

  /** Starts to listen, once; a server that is away is waited for. */
  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock, log, place } = this.on;
    for (let tries = 0; !this.stopping.signal.aborted; tries += 1) {
      try {
        await this.listen(() => (tries = 0));
      } catch (error) {
        if (!this.lost) log.warn(`nobody tells of commits to the event store at ${place}: connecting again`, { reason: messageOf(error) });
        this.lost = true;
        await clock.sleep(Math.min(LONGEST_BACK_OFF_MS, 50 * 2 ** Math.min(tries, 10)), this.stopping.signal);
      }
    }
  }

  /** Returns when it is to stop. */
  private async listen(connected: () => void): Promise<void> {
    const { url, clock, log, place, isOwn } = this.on;
    const broken = new AbortController();
    const over = AbortSignal.any([this.stopping.signal, broken.signal]);
    const client = new Client({
      connectionString: url,
      application_name: 'slipway event-store commits',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
      keepAlive: true,
    });
    client.on('error', (error) => broken.abort(error));
    client.on('notification', ({ processId, payload }) => {
      if (isOwn(processId)) this.tail.isWriting(Number(payload));
      else this.tail.reached(Number(payload));
    });
    try {
      await client.connect();
      while (!this.stopping.signal.aborted) {
        // The same again tells a connection that broke in silence from one that has nothing to say.
        await client.query('LISTEN slipway_events');
        await this.tail.look();
        connected();
        if (this.lost) log.info(`commits to the event store at ${place} are told again`);
        this.lost = false;
        this.tail.told = true;
        await clock.sleep(LOOK_MS, over);
        broken.signal.throwIfAborted();
      }
    } finally {
      this.tail.told = false;
      await Promise.race([client.end().catch(() => undefined), clock.sleep(END_MS)]);
    }
  }
}
