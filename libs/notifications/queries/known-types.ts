import type { EventCatalogue } from '@slipway/kernel';
import { misfit } from '@slipway/platform';

/** Whoever waits for an event that is misspelt would wait for ever. Errors: DomainError `request.invalid`, with the place of each unknown name. */
export function checkTypes(catalogue: EventCatalogue, named: readonly (readonly [pointer: string, type: string])[]): void {
  const known = new Set(catalogue.types());
  const message = 'must be the name of an event, such as ReleaseCreated';
  const errors = named.filter(([, type]) => !known.has(type)).map(([pointer]) => ({ pointer, message }));
  if (errors.length > 0) throw misfit(errors);
}
