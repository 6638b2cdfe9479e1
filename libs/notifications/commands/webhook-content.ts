import { Injectable } from '@nestjs/common';
import { checkTypes } from '@slipway/audit/contract';
import { defined, EventCatalogue, Secrets } from '@slipway/kernel';
import type { EventFilter } from '../domain/event-filter';
import { secretPlace } from '../domain/webhook';
import type { EventFilterInput } from './webhook-input';

/** What is said of a webhook, as its events keep it. */
@Injectable()
export class WebhookContent {
  constructor(
    private readonly catalogue: EventCatalogue,
    private readonly secrets: Secrets,
  ) {}

  /** Errors: DomainError `request.invalid` for types that no event has. */
  filter({ types, projects, environments }: EventFilterInput): EventFilter {
    if (types)
      checkTypes(
        this.catalogue.types(),
        types.map((type, index) => [`/filter/types/${index}`, type]),
      );
    return defined({ types, projects, environments });
  }

  seal(slug: string, secret: string): string {
    return this.secrets.seal(secret, secretPlace(slug));
  }

  open(slug: string, envelope: string): string {
    return this.secrets.open(envelope, secretPlace(slug));
  }
}
