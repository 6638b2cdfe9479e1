import { AreSlugs, AreTexts, IsOneOf, IsPart, IsPeriod, IsSlug, IsText, IsTrueOrFalse, Optional } from '@slipway/platform';
import { IsInt, IsNumber, IsObject, Matches } from 'class-validator';
import type { RunCondition } from '../domain/process/step';
import { IsRunCondition } from './run-condition-rule';

const STARTS = ['after-previous', 'with-previous'] as const;

/** `attempts` counts all tries. */
export class RetriesInput {
  @IsInt({ message: 'must be a whole number' }) attempts!: number;
  @IsPeriod() delay!: string;
  /** Multiplies the delay from try to try; default 1. */
  @Optional() @IsNumber({}, { message: 'must be a number' }) backoff?: number;
}

/** A step as it is sent (interfaces.md, shapes). */
export class StepInput {
  @Matches(/^[^\p{Cc}]*$/u, { message: 'must not hold control characters' })
  @IsText(1, 100)
  name!: string;

  @IsText(1, 63) type!: string;
  @IsObject({ message: 'must be an object: what the step type needs' }) input!: Record<string, unknown>;
  /** `success` (the default), `failure`, `always`, or `{ expression }`. */
  @Optional() @IsRunCondition() condition?: RunCondition;
  @Optional()
  @IsOneOf(STARTS)
  start?: (typeof STARTS)[number];

  /** Only in these environments. */
  @Optional() @AreSlugs(0, 200) environments?: string[];
  /** In all but these. */
  @Optional() @AreSlugs(0, 200) excludeEnvironments?: string[];
  /** Only for releases of these channels. */
  @Optional() @AreSlugs(0, 50) channels?: string[];
  @Optional() @IsTrueOrFalse() required?: boolean;
  @Optional() @IsPeriod() timeout?: string;
  @Optional() @IsPart(RetriesInput) retries?: RetriesInput;
  @Optional() @IsSlug() pool?: string;
  @Optional() @AreTexts(0, 50, 100) roles?: string[];
}
