import { Injectable } from '@nestjs/common';
import { EventCatalogue, Secrets } from '@slipway/kernel';
import type { EventFilter } from '../domain/event-filter';
import { secretPlace } from '../domain/webhook';
import { eventFilter, type EventFilterInput } from './event-filter-input';

/** What is said of a webhook, as its events keep it. */
@Injectable()
export class WebhookContent {
  constructor(
    private readonly catalogue: EventCatalogue,
    private readonly secrets: Secrets,
  ) {}

  /** Errors: those of eventFilter. */
  filter(input: EventFilterInput): EventFilter {
    return eventFilter(input, this.catalogue.types());
  }

  seal(slug: string, secret: string): string {
    return this.secrets.seal(secret, secretPlace(slug));
  }

  open(slug: string, envelope: string): string {
    return this.secrets.open(envelope, secretPlace(slug));
  }
}
