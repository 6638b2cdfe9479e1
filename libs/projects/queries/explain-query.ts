import { IsSlug, IsText, NotYet, Optional, ReadQuery } from '@slipway/platform';

/** Which variable, and in which context. */
export class ExplainQuery extends ReadQuery {
  @IsText(1, 200) name!: string;
  @Optional() @IsSlug() environment?: string;
  @Optional() @IsText(1, 100) role?: string;
  @Optional() @IsText(1, 100) step?: string;
  @Optional() @IsSlug() channel?: string;
  @Optional() @NotYet() circle?: never;
}
