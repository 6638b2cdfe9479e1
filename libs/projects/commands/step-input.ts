import { IsPeriod, IsSlug, IsText, NotYet, Optional } from '@slipway/platform';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsObject, Matches } from 'class-validator';

/** A step as it is sent (interfaces.md, shapes). */
export class StepInput {
  @IsText(1, 100)
  @Matches(/^[^\p{Cc}]+$/u, { message: 'must not hold control characters' })
  name!: string;

  @IsText(1, 63) type!: string;
  @IsObject({ message: 'must be an object: what the step type needs' }) input!: Record<string, unknown>;
  @Optional() @NotYet('success') condition?: 'success';
  @Optional() @NotYet('after-previous') start?: 'after-previous';

  /** Only in these environments. */
  @Optional()
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(200)
  @ArrayUnique({ message: 'must not repeat itself' })
  @IsSlug(true)
  environments?: string[];
  /** In all but these. */
  @Optional()
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(200)
  @ArrayUnique({ message: 'must not repeat itself' })
  @IsSlug(true)
  excludeEnvironments?: string[];
  @Optional() @NotYet() channels?: never;
  @Optional() @IsBoolean({ message: 'must be true or false' }) required?: boolean;
  @Optional() @IsPeriod() timeout?: string;
  @Optional() @NotYet() retries?: never;
  @Optional() @IsSlug() pool?: string;
  @Optional()
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(50)
  @ArrayUnique({ message: 'must not repeat itself' })
  @IsText(1, 100, true)
  roles?: string[];
}
