import { Type } from 'class-transformer';
import { IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { Optional } from '../validation/rules';

/** Query parameters of every GET. */
export class ReadQuery {
  /** Wait until the answer reflects this position, or more. */
  @Optional()
  @IsString()
  @Matches(/^\d{1,19}$/, { message: 'must be a position, as the header Slipway-Position gives it' })
  atLeast?: string;
}

/** Query parameters of every list. */
export class PageQuery extends ReadQuery {
  @Optional()
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(200, { message: 'must be at most 200' })
  limit?: number;

  /** `next` of the page before. */
  @Optional() @IsString({ message: 'must be the `next` of an earlier page' }) cursor?: string;
}

export const DEFAULT_LIMIT = 50;

export function positionOf(query: ReadQuery): bigint | undefined {
  return query.atLeast === undefined ? undefined : BigInt(query.atLeast);
}
