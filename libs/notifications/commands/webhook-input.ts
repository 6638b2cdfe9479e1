import { applyDecorators } from '@nestjs/common';
import { IsSlug, IsText, misfit, Optional } from '@slipway/platform';
import { ArrayMaxSize, ArrayMinSize, IsArray, Matches } from 'class-validator';

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

/** An address of http or https without credentials: those would be in every event and answer that names it. */
export function IsReceiver() {
  const message = 'must be an address of http or https, without a user or password';
  return applyDecorators(IsText(1, 2_000), Matches(/^https?:\/\/[^\s/?#@\\]+([/?#][^\s]*)?$/, { message }));
}

/** As Standard Webhooks writes it: 24 bytes or more. */
export function IsWebhookSecret() {
  return Matches(/^whsec_([A-Za-z0-9+/]{4}){8,21}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, {
    message: 'must be whsec_ and 24 to 65 random bytes in base64, such as Standard Webhooks defines it; leave it out to have one made',
  });
}

/** Errors: DomainError `request.invalid` for what looks like an address and is none. */
export function checkReceiver(url: string): string {
  if (URL.canParse(url)) return url;
  throw misfit([{ pointer: '/url', message: 'must be an address that can be called' }]);
}
