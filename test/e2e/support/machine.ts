import { existsSync, readFileSync } from 'node:fs';

/** Whether a process runs: one that is dead and only waits to be noticed by its parent does not. */
export function runs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3));
  } catch {
    return false;
  }
}

/** The lines of a file that scripts write to; none while there is no file. */
export function linesOf(file: string): string[] {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

/** The process ids in a file that a script wrote. */
export function pidsIn(file: string): number[] {
  return linesOf(file).map(Number);
}
