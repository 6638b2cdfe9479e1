import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A TypeScript file of this folder in a process of its own, which can be killed at any moment. */
export class TestChild {
  readonly lines: string[] = [];
  private readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;
  private errors = '';
  private changed: () => void = () => undefined;
  private gone = false;

  constructor(script: string, ...args: string[]) {
    this.process = spawn(process.execPath, ['-r', join(__dirname, 'swc-register.js'), join(__dirname, script), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      this.lines.push(line);
      this.changed();
    });
    this.process.stderr!.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.exited = once(this.process, 'close').then(() => {
      this.gone = true;
      this.changed();
    });
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** Resolves once it printed that many lines; rejects with its error output when it ends before. */
  async printed(count: number): Promise<void> {
    while (this.lines.length < count) {
      if (this.gone) throw new Error(`the child ended after ${this.lines.length} lines: ${this.errors}`);
      await new Promise<void>((resolve) => (this.changed = resolve));
    }
  }

  /** Ends it as a power cut would, and resolves when it is gone. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
  }
}
