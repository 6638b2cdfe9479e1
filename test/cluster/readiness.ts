import { eventually } from '../e2e/support/eventually';
import type { Program } from '../support/processes/program';

interface Readiness {
  readonly ready: boolean;
  readonly parts: readonly { readonly name: string; readonly ready: boolean; readonly reason?: string }[];
}

const PATIENCE_SECONDS = 90;

/** Resolves when a program, which may be starting, says at `/health/ready` that a part of it does not work, and why. */
export async function untilMisses(program: Program, part: string, why: RegExp): Promise<void> {
  const told = ({ ready, parts }: Readiness) => !ready && parts.some(({ name, reason = '' }) => name === part && why.test(reason));
  await eventually(`the ${program.name} misses the ${part}`, () => readinessOf(program), told, PATIENCE_SECONDS);
}

/** Resolves when it says that all of it works. */
export async function untilReady(program: Program): Promise<void> {
  await eventually(
    `the ${program.name} is ready`,
    () => readinessOf(program),
    ({ ready }) => ready,
    PATIENCE_SECONDS,
  );
}

/** Resolves when it printed something. */
export async function untilSays(program: Program, words: RegExp): Promise<void> {
  await eventually(
    `the ${program.name} says ${words}`,
    () => program.tail,
    (said) => words.test(said),
    PATIENCE_SECONDS,
  );
}

async function readinessOf({ address }: Program): Promise<Readiness> {
  try {
    return (await (await fetch(`${address}/health/ready`)).json()) as Readiness;
  } catch (error) {
    return { ready: false, parts: [{ name: 'process', ready: false, reason: String(error) }] };
  }
}
