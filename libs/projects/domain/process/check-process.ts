import { DomainError, durationMs, type FieldError } from '@slipway/kernel';
import { MAX_PROCESS_BYTES, MAX_STEPS, type Step } from './step';

const LONGEST_TIMEOUT_MS = 7 * 24 * 3_600_000;

/** Refuses a process that no deployment could run. Errors: DomainError `process.invalid`, `process.too-large`. */
export function checkProcess(steps: readonly Step[]): void {
  const bytes = Buffer.byteLength(JSON.stringify(steps));
  if (steps.length > MAX_STEPS || bytes > MAX_PROCESS_BYTES) {
    throw new DomainError(
      'invalid',
      'process.too-large',
      `A process holds at most ${MAX_STEPS} steps and ${MAX_PROCESS_BYTES} bytes of JSON, this one ${steps.length} and ${bytes}: split it, or move text into files.`,
      {
        steps: steps.length,
        bytes,
      },
    );
  }
  const errors = [...doubleNames(steps), ...badTimeouts(steps), ...contradictingScopes(steps)];
  if (errors.length > 0) throw new DomainError('invalid', 'process.invalid', 'The process cannot be saved: see errors.', {}, errors);
}

function doubleNames(steps: readonly Step[]): FieldError[] {
  const seen = new Map<string, number>();
  return steps.flatMap(({ name }, at) => {
    const earlier = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), earlier ?? at);
    return earlier === undefined
      ? []
      : [{ pointer: `/steps/${at}/name`, message: `step ${earlier + 1} is called ${name} already (names differ in more than case)` }];
  });
}

function badTimeouts(steps: readonly Step[]): FieldError[] {
  return steps.flatMap(({ timeout }, at) => {
    if (timeout === undefined) return [];
    const ms = durationMs(timeout) ?? 0;
    return ms >= 1_000 && ms <= LONGEST_TIMEOUT_MS
      ? []
      : [{ pointer: `/steps/${at}/timeout`, message: 'must be an ISO 8601 duration from PT1S to P7D, such as PT30M' }];
  });
}

function contradictingScopes(steps: readonly Step[]): FieldError[] {
  return steps.flatMap(({ environments, excludeEnvironments }, at) =>
    environments.length > 0 && excludeEnvironments.length > 0
      ? [{ pointer: `/steps/${at}/excludeEnvironments`, message: 'name the environments a step runs in, or those it does not, not both' }]
      : [],
  );
}
