import { applyDecorators } from '@nestjs/common';
import { checkTypes } from '@slipway/audit/contract';
import { defined } from '@slipway/kernel';
import { IsSlug, IsText, Optional } from '@slipway/platform';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import type { EventFilter } from '../domain/event-filter';

const MOST_NAMED = 100;

/** 1 to 100 names; who means all leaves the list out. */
function IsNames() {
  return applyDecorators(
    Optional(),
    IsArray({ message: 'must be a list' }),
    ArrayMinSize(1, { message: 'must name one at least: leave it out for all' }),
    ArrayMaxSize(MOST_NAMED, { message: `must name at most ${MOST_NAMED}` }),
  );
}

/** Which events are sent: all lists that are there must hold, each by one of its members. */
export class EventFilterInput {
  @IsNames() @IsText(1, 200, true) types?: string[];
  @IsNames() @IsSlug(true) projects?: string[];
  @IsNames() @IsSlug(true) environments?: string[];
}

/** The filter as events keep it. Errors: DomainError `request.invalid` for types that no event has; `known`: those that one can have. */
export function eventFilter({ types, projects, environments }: EventFilterInput, known: readonly string[]): EventFilter {
  checkTypes(
    known,
    (types ?? []).map((type, index) => [`/filter/types/${index}`, type]),
  );
  return defined({ types, projects, environments });
}
