import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../servers/place.mjs';

/** One of the processes. What it says goes on with its name before each line. */
export class Member {
  constructor(app, name, settings) {
    this.app = app;
    this.name = name;
    this.address = `http://127.0.0.1:${settings.HTTP_PORT}`;
    // A group of its own: Ctrl-C reaches the script alone, which ends them in order.
    this.process = spawn(process.execPath, [join(root, `dist/apps/${app}/main.js`)], {
      env: { ...process.env, ...settings },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.process.stdout }).on('line', (line) => process.stdout.write(`${name} | ${line}\n`));
    createInterface({ input: this.process.stderr }).on('line', (line) => process.stderr.write(`${name} | ${line}\n`));
    /** Its exit code, once it ended. */
    this.ended = once(this.process, 'close').then(([code, signal]) => code ?? 128 + constants.signals[signal]);
  }

  /** Asks it to drain, and resolves when it ended. */
  stop() {
    this.process.kill('SIGTERM');
    return this.ended;
  }

  /** Ends it at once. */
  kill() {
    this.process.kill('SIGKILL');
  }

  /** Whether it says that it can do its work. */
  async isReady() {
    try {
      return (await fetch(`${this.address}/health/ready`, { signal: AbortSignal.timeout(5_000) })).ok;
    } catch {
      return false;
    }
  }
}
