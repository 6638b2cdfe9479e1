import { readdir, readFile } from 'node:fs/promises';
import type { Clock } from '@slipway/kernel';

/** Which process a pid meant: the same number in another boot, or started at another time, is somebody else. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, as /proc tells them. */
  readonly startTime: string;
  readonly boot: string;
}

interface ProcessState {
  readonly pid: number;
  readonly zombie: boolean;
  readonly group: number;
  readonly startTime: string;
}

/** The identity of a living process; undefined where there is no /proc or no such process. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const [state, boot] = await Promise.all([stateOf(pid), bootId()]);
  return state && boot !== undefined ? { pid, startTime: state.startTime, boot } : undefined;
}

/** True while that very process lives. One that ended and that nobody reaped yet, as in a container without an init, does not. */
export async function isAlive(process: ProcessIdentity): Promise<boolean> {
  const [state, boot] = await Promise.all([stateOf(process.pid), bootId()]);
  return state !== undefined && !state.zombie && state.startTime === process.startTime && boot === process.boot;
}

/**
 * Kills what is left of a process group and waits for its end; false when something outlived 5 seconds. The group is ours when its leader is the
 * process that was noted, or, once the leader is gone, when a member has `mark` in the environment it was started with: while a group has members no
 * other process can get its number, so one member proves all of them.
 */
export async function killLeftGroup(leader: ProcessIdentity, mark: string, clock: Clock): Promise<boolean> {
  if ((await bootId()) !== leader.boot) return true;
  const members = await membersOf(leader.pid);
  const present = members.find(({ pid }) => pid === leader.pid);
  const ours = present ? present.startTime === leader.startTime : await anyMarked(members, mark);
  if (!ours) return true;
  for (const deadline = clock.now() + 5_000; (await membersOf(leader.pid)).some(({ zombie }) => !zombie); await clock.sleep(10)) {
    if (clock.now() > deadline) return false;
    try {
      process.kill(-leader.pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
  return true;
}

async function membersOf(group: number): Promise<ProcessState[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const states = await Promise.all(pids.map((pid) => stateOf(Number(pid))));
  return states.filter((state): state is ProcessState => state?.group === group);
}

async function anyMarked(members: readonly ProcessState[], mark: string): Promise<boolean> {
  for (const { pid } of members) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.includes(mark)) return true;
  }
  return false;
}

async function stateOf(pid: number): Promise<ProcessState | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in parentheses and may hold anything, so counting begins behind the last one: state, ppid, pgrp …
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, , group] = fields ?? [];
  const startTime = fields?.[19];
  if (state === undefined || group === undefined || startTime === undefined) return undefined;
  return { pid, zombie: state === 'Z' || state === 'X', group: Number(group), startTime };
}

async function bootId(): Promise<string | undefined> {
  const id = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
  return id?.trim();
}
