import { applyDecorators } from '@nestjs/common';
import { IsText, misfit } from '@slipway/platform';
import { Matches } from 'class-validator';

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
