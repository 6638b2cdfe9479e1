import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Slipway } from '../../generated/client';
import { createClient } from '../../generated/client/client';
import { StoryBroken } from './story';
import { until } from './waiting';

/** Of its output kept for the case that something breaks, characters. */
const KEPT = 4_000;

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One of the real compiled programs, which can be killed and started again. */
export class SlipwayProcess {
  readonly address: string;
  private child: ChildProcess | undefined;
  private output = '';
  private over = false;

  /** `settings`: environment variables (interfaces.md §4), HTTP_PORT among them. */
  constructor(
    readonly name: 'standalone' | 'api' | 'processor' | 'worker',
    private readonly settings: Readonly<Record<string, string>>,
  ) {
    this.address = `http://127.0.0.1:${settings['HTTP_PORT']}`;
  }

  /** What it printed last. */
  get lastWords(): string {
    return this.output;
  }

  /** Resolves with its process id when it says that it is ready. */
  async start(): Promise<number> {
    const main = join(__dirname, `../../dist/apps/${this.name}/main.js`);
    if (!existsSync(main)) throw new StoryBroken(`There is no ${main}: run npm run build first`);
    if (this.over) throw new StoryBroken('It was ended for good');
    // Nothing of the user's own environment, whatever is set there; and a group of its own, so that Ctrl-C reaches only who cleans up.
    const env = { PATH: process.env['PATH'], ...this.settings };
    const child = spawn(process.execPath, [main], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-KEPT)));
    }
    await until(
      `Slipway's ${this.name} is ready at ${this.address}`,
      () => this.isReady(child),
      (ready) => ready,
    );
    return child.pid!;
  }

  /** Sends a signal, and resolves with how it ended once it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Ending> {
    const { child } = this;
    if (!child || child.pid === undefined) return { code: null, signal: null };
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    return { code: child.exitCode, signal: child.signalCode };
  }

  /** Ends it at once and for good. */
  async close(): Promise<void> {
    this.over = true;
    await this.end('SIGKILL');
  }

  private async isReady(child: ChildProcess): Promise<boolean> {
    if (child.exitCode !== null || child.signalCode !== null) throw new StoryBroken(`Slipway's ${this.name} ended before it was ready`);
    const client = createClient({ baseUrl: this.address, signal: AbortSignal.timeout(5_000) });
    const { data } = await new Slipway({ client }).ready();
    return data?.ready === true;
  }
}
