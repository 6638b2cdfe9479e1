import { misfit } from '@slipway/platform';

/** Whoever looks or waits for an event that is misspelt would never see one. Errors: DomainError `request.invalid`, with the place of each unknown name. */
export function checkTypes(known: readonly string[], named: readonly (readonly [pointer: string, type: string])[]): void {
  const message = 'must be the name of an event, such as ReleaseCreated';
  const errors = named.filter(([, type]) => !known.includes(type)).map(([pointer]) => ({ pointer, message }));
  if (errors.length > 0) throw misfit(errors);
}
