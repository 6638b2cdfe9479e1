import answers from './recorded-answers.json';

/**
 * What Slipway really answered to the documented requests, by operation or kind of problem: examples of the document. Never written by hand:
 * `RECORD_ANSWERS=1 npx jest apps/api/openapi/answers.spec.ts` replaces what is missing or no longer fits its schema.
 */
export const recorded: Readonly<Record<string, unknown>> = answers;

/** The example of one of them, where there is one. */
export function exampleOf(name: string): { readonly example?: unknown } {
  return name in recorded ? { example: recorded[name] } : {};
}
