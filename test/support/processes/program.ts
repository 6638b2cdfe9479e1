import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@slipway/kernel/testing/free-port';

const READY = /ready at (http:\/\/[^/\s]+)\//;
const START_SECONDS = 90;
/** Of what it printed, characters that are shown when a test fails. */
const SHOWN = 6_000;

export type ProgramName = 'standalone' | 'api' | 'processor' | 'worker';

/** Environment variables of the process (interfaces.md §4). */
export type ProcessSettings = Readonly<Record<string, string>>;

export interface HowItEnded {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One of the real compiled programs, which can be stopped, killed and started again. */
export class Program {
  private child: ChildProcess | undefined;
  private closed: Promise<unknown> | undefined;
  private ready: string | undefined;
  private printed = '';

  constructor(
    readonly name: ProgramName,
    private readonly settings: ProcessSettings,
  ) {}

  /** Where it listens: another address after each start, where it asks for any free port. */
  get address(): string {
    if (!this.ready) throw new Error(`the ${this.name} does not run`);
    return this.ready;
  }

  get pid(): number {
    if (this.child?.pid === undefined) throw new Error(`the ${this.name} was not started`);
    return this.child.pid;
  }

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it printed over all its starts. */
  get output(): string {
    return this.printed;
  }

  /** The last of what it printed. */
  get tail(): string {
    return this.printed.slice(-SHOWN);
  }

  /** The most memory it ever had in use, bytes. */
  get peakMemory(): number {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) * 1024;
  }

  /** Resolves when it says that it is ready; rejects with what it printed when it ends instead. */
  async start(): Promise<this> {
    const from = this.printed.length;
    const how = await this.settled(this.spawn(), from);
    if (how !== 'ready')
      throw new Error(`The ${this.name} was to start, and ${how === 'ended' ? 'ended' : 'took too long'}:\n${this.tail}`);
    this.ready = READY.exec(this.printed.slice(from))?.[1];
    return this;
  }

  /** Starts it and does not wait until it is ready, since what it needs may be away: it answers at `address` meanwhile. */
  async begin(): Promise<void> {
    const port = await freePort();
    this.spawn({ HTTP_PORT: String(port) });
    this.ready = `http://127.0.0.1:${port}`;
  }

  /** Starts it where it must refuse to start: resolves with how it ended and with what it printed meanwhile. */
  async refusesToStart(): Promise<HowItEnded & { said: string }> {
    const from = this.printed.length;
    const how = await this.settled(this.spawn(), from);
    if (how !== 'ended') await this.kill();
    if (how === 'ready') throw new Error(`The ${this.name} was to refuse to start, and did not:\n${this.tail}`);
    return { ...(await this.ended()), said: this.printed.slice(from) };
  }

  /** Sends a signal and does not wait for what it does. */
  send(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Resolves once it is gone and all that it printed was read. */
  async ended(): Promise<HowItEnded> {
    const { child } = this;
    if (!child) return { code: null, signal: null };
    await this.closed;
    this.ready = undefined;
    return { code: child.exitCode, signal: child.signalCode };
  }

  /** As an operator stops it. */
  async stop(): Promise<HowItEnded> {
    this.send('SIGTERM');
    return this.ended();
  }

  /** As a power cut, or the kernel short of memory, ends it. */
  async kill(): Promise<void> {
    this.send('SIGKILL');
    await this.ended();
  }

  private spawn(more: ProcessSettings = {}): ChildProcess {
    const main = join(__dirname, `../../../dist/apps/${this.name}/main.js`);
    if (!existsSync(main)) throw new Error(`There is no ${main}: run npm run build first`);
    if (this.running) throw new Error(`the ${this.name} runs already`);
    // Nothing of the settings of whoever runs the tests.
    const env = { PATH: process.env['PATH'], HTTP_PORT: '0', WORKER_CONCURRENCY: '4', ...this.settings, ...more };
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
    this.child = child;
    this.closed = once(child, 'close');
    return child;
  }

  private settled(child: ChildProcess, from: number): Promise<'ready' | 'ended' | 'late'> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('late'), START_SECONDS * 1_000);
      const settle = (how: 'ready' | 'ended') => {
        clearTimeout(timer);
        resolve(how);
      };
      child.stdout?.on('data', () => READY.test(this.printed.slice(from)) && settle('ready'));
      child.once('close', () => settle('ended'));
    });
  }
}
