import { IsSlug, IsText, MomentQuery, NotYet, Optional } from '@slipway/platform';

/** Which variable, and in which context. */
export class ExplainQuery extends MomentQuery {
  @IsText(1, 200) name!: string;
  @Optional() @IsSlug() environment?: string;
  @Optional() @IsText(1, 100) role?: string;
  @Optional() @IsText(1, 100) step?: string;
  @Optional() @IsSlug() channel?: string;
  @Optional() @NotYet() circle?: never;
}
