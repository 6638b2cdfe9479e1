import { durationMs, type StepType } from '@slipway/kernel';
import { Rule } from '../input-rule';

const LEAST_MS = 1_000;
const MOST_MS = 30 * 24 * 3_600_000;

/** Input of the step type `delay`. */
export class DelayInput {
  /** ISO 8601. */
  @Rule('isDelay', { type: 'string', format: 'duration' }, (value) => {
    const ms = typeof value === 'string' ? durationMs(value) : undefined;
    return ms === undefined || ms < LEAST_MS || ms > MOST_MS ? 'must be an ISO 8601 duration from PT1S to P30D, such as PT10M' : undefined;
  })
  duration!: string;
}

/** Waits: the deployment keeps its lane and holds no worker meanwhile. */
export class DelayStep implements StepType {
  readonly name = 'delay';
  readonly inputClass = DelayInput;
  readonly expandInput = (input: object): object => input;
}
