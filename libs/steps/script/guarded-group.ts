import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { GuardedGroup } from '@slipway/kernel';

/**
 * The first process of a step: leader of a group of its own. It waits for a line on descriptor 3, leaves the guard behind, gives the pipe up
 * and becomes the script's shell. The guard reads the pipe: its end (the worker died) or too long without a line (it is cut off) kills the group,
 * the guard with it. No signal short of KILL ends the guard, its parent is init (a script that waits for all its children must not wait for it),
 * and nothing that the step starts holds the pipe. $1 seconds without food, $2 shell, $3 script.
 */
const LEADER = `
trap '' TERM INT HUP
IFS= read -r -u 3 begin || exit 125
( (
  trap '' TERM INT HUP QUIT PIPE ALRM USR1 USR2 TSTP TTIN TTOU
  exec </dev/null >/dev/null 2>&1
  while IFS= read -r -t "$1" -u 3 food; do :; done
  kill -KILL 0
) & ) || exit 125
exec 3<&-
trap - TERM INT HUP
exec "$2" "$3"
`;

export interface GuardedCommand {
  /** Absolute paths. */
  readonly shell: string;
  readonly script: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly unfedSeconds: number;
  /** Descriptors for its outputs. */
  readonly stdout: number;
  readonly stderr: number;
}

export interface GroupEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningGroup extends GuardedGroup {
  /** Lets the script begin; before that only the leader exists, waiting. */
  readonly begin: () => void;
  /** To every process of the group. Nothing happens to a group that has ended. */
  readonly signal: (name: 'SIGTERM' | 'SIGKILL') => void;
  /** How the script's shell ended; the rest of its group was killed then. */
  readonly ended: Promise<GroupEnd>;
}

/** Starts a group whose leader waits for `begin`. Rejects with what the operating system said (`E2BIG`, `EAGAIN` …). */
export function startGroup(command: GuardedCommand): Promise<RunningGroup> {
  return new Promise((resolve, reject) => {
    // -p: neither BASH_ENV nor functions of the step's environment may change what the guard does.
    const shell = ['--noprofile', '--norc', '-p', '-c', LEADER, 'slipway-guard'];
    const args = [...shell, String(command.unfedSeconds), command.shell, command.script];
    const stdio = ['ignore' as const, command.stdout, command.stderr, 'pipe' as const];
    const child = spawn('/bin/bash', args, { cwd: command.folder, env: command.env, detached: true, stdio });
    child.once('error', reject);
    const { pid } = child;
    if (pid === undefined) return;
    let over = false;
    const signal = (name: NodeJS.Signals) => {
      if (!over) signalGroup(pid, name);
    };
    const ended = new Promise<GroupEnd>((end) => {
      child.once('exit', (code, by) => {
        // While the guard lives the group's id is taken, so this cannot reach a stranger.
        signal('SIGKILL');
        over = true;
        end({ code, signal: by });
      });
    });
    const pipe = child.stdio[3] as Duplex;
    // Closed before the script ended: somebody killed the guard, and without it nothing may run.
    pipe
      .on('error', () => undefined)
      .on('close', () => signal('SIGKILL'))
      .resume();
    void ended.then(() => pipe.removeAllListeners('close').destroy());
    const feed = () => void (pipe.writable && pipe.write('\n'));
    resolve({ pid, feed, begin: feed, signal, ended });
  });
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // Gone already, which is what a signal is for.
  }
}
