import type { StepType } from '@slipway/kernel';
import { DurationRule } from '../input-rule';

const LEAST_MS = 1_000;
const MOST_MS = 30 * 24 * 3_600_000;

/** Input of the step type `delay`. */
export class DelayInput {
  /** ISO 8601. */
  @DurationRule('isDelay', { least: LEAST_MS, most: MOST_MS, words: 'PT1S to P30D', example: 'PT10M' })
  duration!: string;
}

/** Waits: the deployment keeps its lane and holds no worker meanwhile. */
export class DelayStep implements StepType {
  readonly name = 'delay';
  readonly inputClass = DelayInput;
  readonly expandInput = (input: object): object => input;
}
