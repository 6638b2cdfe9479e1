import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

const ROOT = join(__dirname, '../../..');

/** The double as a process of its own, which can be killed and started again on what it acknowledged. */
export class DoubleProcess {
  private readonly folder = mkdtempSync(join(tmpdir(), 'slipway-double-'));
  private child: ChildProcess | undefined;
  private lines: Interface | undefined;
  private connection = '';

  /** Connection string for clients. */
  get url(): string {
    return this.connection;
  }

  /** On the same port as before, and any free one at first. */
  async start(): Promise<this> {
    const { port = '0' } = this.connection ? new URL(this.connection) : {};
    const main = ['-r', './test/support/swc-register.js', 'test/doubles/eventstoredb/main.ts', port, join(this.folder, 'log')];
    const child = spawn(process.execPath, main, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
    this.child = child;
    this.lines = createInterface(child.stdout);
    [this.connection] = (await once(this.lines, 'line')) as [string];
    return this;
  }

  /** An order of main.ts. Resolves when it was carried out. */
  async order(...words: readonly (string | number)[]): Promise<void> {
    const done = once(this.lines!, 'line');
    this.child?.stdin?.write(`${words.join(' ')}\n`);
    await done;
  }

  /** It keeps its connections, and says nothing, not even that it is there. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
