import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const READY_SECONDS = 120;
const GONE_SECONDS = 20;

/** Runs a command to its end, and resolves with what it said. */
export const run = promisify(execFile);

/**
 * Starts a server unless it runs, and resolves once it answers. `mark`: the file or folder that tells its command line from others; `start` gives the
 * command; `ask` rejects while it does not answer.
 */
export async function keepRunning({ name, portVariable, port, mark, log, start, ask }) {
  if (processesOf(mark).length === 0) {
    if (!(await isFree(port))) {
      throw new Error(
        `${name} has no port: 127.0.0.1:${port} is taken by something that was not started here. Stop it, or set ${portVariable} to another port`,
      );
    }
    const { command, args, options } = await start();
    const output = openSync(log, 'a');
    const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', output, output] });
    await once(child, 'spawn');
    child.unref();
  }
  const deadline = Date.now() + READY_SECONDS * 1000;
  for (;;) {
    // In this order: what ends while it is asked was not ready.
    const problem = await ask().then(
      () => undefined,
      (error) => error.message,
    );
    if (processesOf(mark).length === 0) throw new Error(`${name} ended before it was ready; it said:\n${lastLines(log)}`);
    if (problem === undefined) return;
    if (Date.now() > deadline) throw new Error(`${name} is not ready after ${READY_SECONDS} s (${problem}); it said:\n${lastLines(log)}`);
    await sleep(200);
  }
}

/** Ids of the processes with a path among their arguments: nobody else's has the place of our data there. */
export function processesOf(path) {
  return readdirSync('/proc').filter((id) => /^\d+$/.test(id) && argumentsOf(id).includes(path));
}

function argumentsOf(id) {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // gone meanwhile
  }
}

/** Tells processes to end, and resolves when they are gone. */
export async function end(path, signal) {
  const deadline = Date.now() + GONE_SECONDS * 1000;
  for (let sent = ''; processesOf(path).length > 0; await sleep(50)) {
    const now = Date.now() > deadline ? 'SIGKILL' : signal;
    if (now === sent) continue;
    sent = now;
    for (const id of processesOf(path)) process.kill(Number(id), now);
  }
}

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await once(server.close(), 'close');
  return port;
}

/** Whether nobody listens on a port. */
export async function isFree(port) {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await once(server.close(), 'close');
  return true;
}

function lastLines(log) {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n') || '(nothing)';
}
