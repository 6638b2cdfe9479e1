import { DomainError, durationMs, type FieldError, isDomainError, refuseFaults } from '@slipway/kernel';
import { DEPLOYMENT_NAMES, unknownNameProblem } from '../variables/slipway-names';
import { isReferable, parseExpression } from '../variables/template';
import { nameKey } from '../variables/variable';
import { DELAY, HELD_TYPES, MANUAL_INTERVENTION, MAX_PROCESS_BYTES, MAX_STEPS, type Step } from './step';

const LONGEST_TIMEOUT_MS = 7 * 24 * 3_600_000;
const LONGEST_DELAY_MS = 24 * 3_600_000;
const MOST_ATTEMPTS = 20;
const STEEPEST_BACKOFF = 10;

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
  const errors = [
    ...doubleNames(steps),
    ...unreferableNames(steps),
    ...badTimeouts(steps),
    ...contradictingScopes(steps),
    ...badGroups(steps),
    ...badConditions(steps),
    ...badRetries(steps),
    ...notForHeldTypes(steps),
  ];
  refuseFaults(errors, 'process.invalid', 'The process cannot be saved');
}

function doubleNames(steps: readonly Step[]): FieldError[] {
  const seen = new Map<string, number>();
  return steps.flatMap(({ name }, at) => {
    const earlier = seen.get(nameKey(name));
    seen.set(nameKey(name), earlier ?? at);
    return earlier === undefined
      ? []
      : [{ pointer: `/steps/${at}/name`, message: `step ${earlier + 1} is called ${name} already (names differ in more than case)` }];
  });
}

/** Brackets would end the name in a reference early, or not at all. */
function unreferableNames(steps: readonly Step[]): FieldError[] {
  return steps.flatMap(({ name }, at) => {
    if (name.trim() === name && !/[[\]]/.test(name) && isReferable(`Step[${name}].Output.Name`)) return [];
    const message = `later steps could not read its outputs as #{Step[${name}].Output.…}: leave out [ ] # { } | == !=, and blanks at the ends`;
    return [{ pointer: `/steps/${at}/name`, message }];
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

/** A person is asked alone: nothing runs beside the question. */
function badGroups(steps: readonly Step[]): FieldError[] {
  return steps.flatMap(({ start, type }, at) => {
    if (start !== 'with-previous') return [];
    const pointer = `/steps/${at}/start`;
    if (at === 0) return [{ pointer, message: 'the first step has none before it to start with' }];
    if (type === MANUAL_INTERVENTION) return [{ pointer, message: 'a manual intervention starts after the previous step' }];
    const beside = steps[at - 1]?.type === MANUAL_INTERVENTION;
    return beside ? [{ pointer, message: 'nothing starts with a manual intervention: leave it out, or say after-previous' }] : [];
  });
}

function badConditions(steps: readonly Step[]): FieldError[] {
  return steps.flatMap(({ condition }, at) => {
    if (typeof condition !== 'object') return [];
    const pointer = `/steps/${at}/condition/expression`;
    try {
      const message = unknownNameProblem(parseExpression(condition.expression), DEPLOYMENT_NAMES);
      return message === undefined ? [] : [{ pointer, message }];
    } catch (error) {
      if (!isDomainError(error)) throw error;
      return [{ pointer, message: error.message }];
    }
  });
}

function badRetries(steps: readonly Step[]): FieldError[] {
  return steps.flatMap(({ retries }, at) => {
    if (!retries) return [];
    const pointer = `/steps/${at}/retries`;
    const delayMs = durationMs(retries.delay);
    return [
      ...(retries.attempts >= 2 && retries.attempts <= MOST_ATTEMPTS
        ? []
        : [{ pointer: `${pointer}/attempts`, message: `counts all tries: from 2 to ${MOST_ATTEMPTS}` }]),
      ...(delayMs !== undefined && delayMs <= LONGEST_DELAY_MS
        ? []
        : [{ pointer: `${pointer}/delay`, message: 'must be an ISO 8601 duration from PT0S to P1D, such as PT10S' }]),
      ...(retries.backoff >= 1 && retries.backoff <= STEEPEST_BACKOFF
        ? []
        : [{ pointer: `${pointer}/backoff`, message: `multiplies the delay from try to try: from 1 to ${STEEPEST_BACKOFF}` }]),
    ];
  });
}

/** What would be accepted and mean nothing. */
function notForHeldTypes(steps: readonly Step[]): FieldError[] {
  return steps.flatMap(({ type, pool, retries, timeout }, at) => {
    if (!HELD_TYPES.has(type)) return [];
    const alone = type === MANUAL_INTERVENTION || type === DELAY;
    return [
      ...(pool === undefined ? [] : [{ pointer: `/steps/${at}/pool`, message: `no worker runs a ${type}: leave the pool out` }]),
      ...(retries && alone ? [{ pointer: `/steps/${at}/retries`, message: `a ${type} is not tried again` }] : []),
      ...(timeout !== undefined && type === DELAY
        ? [{ pointer: `/steps/${at}/timeout`, message: 'a delay ends when its duration is over' }]
        : []),
    ];
  });
}
