import { Transform } from 'class-transformer';
import { IsInt, IsString, Max, Min } from 'class-validator';
import { IsMoment, IsPosition, Optional } from '../validation/rules';

const LIMITS = 'must be a whole number from 1 to 200';

/** Query parameters of every GET. */
export class ReadQuery {
  /** Wait until the answer reflects this position, or more. */
  @Optional()
  @IsPosition()
  atLeast?: string;
}

/** Query parameters of a GET that also tells what stood at an earlier moment. */
export class MomentQuery extends ReadQuery {
  @Optional() @IsMoment() asOf?: string;
}

/** Query parameters of every list. */
export class PageQuery extends ReadQuery {
  @Optional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value))
  @IsInt({ message: LIMITS })
  @Min(1, { message: LIMITS })
  @Max(200, { message: LIMITS })
  limit?: number;

  /** `next` of the page before. */
  @Optional() @IsString({ message: 'must be the `next` of an earlier page' }) cursor?: string;
}

export const DEFAULT_LIMIT = 50;

export function positionOf(query: ReadQuery): bigint | undefined {
  return query.atLeast === undefined ? undefined : BigInt(query.atLeast);
}
