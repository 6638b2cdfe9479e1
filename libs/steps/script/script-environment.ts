import type { StepRunContext } from '@slipway/kernel';
import type { ScriptInput } from './script-input';

/** What a script may see of the machine it runs on. */
export interface ScriptHost {
  readonly path: string;
  readonly lang: string;
}

/** A clean environment and what the log should say of it. */
export interface ScriptEnvironment {
  readonly env: Record<string, string>;
  readonly notes: readonly string[];
}

/** `SLIPWAY_VAR_<NAME>`: upper case, everything but A–Z and 0–9 becomes `_`. */
export function variableKey(name: string): string {
  return `SLIPWAY_VAR_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/** The whole environment of a script: nothing of the worker's own. Throws an Error that names a value no process can receive. */
export function scriptEnvironment(
  context: Omit<StepRunContext, 'input'>,
  input: ScriptInput,
  host: ScriptHost,
  outputFile: string,
): ScriptEnvironment {
  const variables: Record<string, string> = {};
  const owners = new Map<string, string>();
  const notes: string[] = [];
  // By name order (code units), so that which of two colliding names wins never depends on how the variables were stored.
  for (const name of Object.keys(context.variables).sort()) {
    const key = variableKey(name);
    const loser = owners.get(key);
    if (loser !== undefined) notes.push(`The variables ${loser} and ${name} are both ${key}: it has the value of ${name}.`);
    owners.set(key, name);
    variables[key] = context.variables[name] ?? '';
  }
  const env = {
    PATH: host.path,
    LANG: host.lang,
    HOME: context.workFolder,
    TMPDIR: context.workFolder,
    ...input.env,
    ...variables,
    SLIPWAY_PROJECT: context.project,
    SLIPWAY_RELEASE: context.release,
    SLIPWAY_ENVIRONMENT: context.environment,
    SLIPWAY_DEPLOYMENT: context.deployment,
    SLIPWAY_STEP: context.step,
    SLIPWAY_ATTEMPT: String(context.attempt),
    SLIPWAY_OUTPUT: outputFile,
  };
  const unusable = Object.entries(env).find(([, value]) => value.includes('\0'));
  if (unusable)
    throw new Error(`the value of ${unusable[0]} contains the character NUL, which no environment variable can hold: remove it`);
  return { env, notes };
}

/** Why the operating system refused an environment as too big (E2BIG). */
export function tooBig(env: Readonly<Record<string, string>>): string {
  const sizes = Object.entries(env).map(([name, value]) => ({ name, bytes: Buffer.byteLength(name) + Buffer.byteLength(value) + 2 }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = sizes.sort((a, b) => b.bytes - a.bytes)[0];
  return (
    `the variables are too big for the environment of a process: ${total} bytes in all, ${largest?.name} alone ${largest?.bytes}. ` +
    'Linux takes 128 kB for one of them: shorten the value, or let the script fetch it from a file'
  );
}
