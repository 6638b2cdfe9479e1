import type { AttemptRef } from '@slipway/kernel';

/** An attempt's identity as text, for maps: the same for the same deployment, step, attempt and token. */
export function attemptKey({ deployment, step, attempt, token }: AttemptRef): string {
  return JSON.stringify([deployment, step, attempt, token]);
}

/** Only the reference, out of anything that has more. */
export function refOf({ deployment, step, attempt, token }: AttemptRef): AttemptRef {
  return { deployment, step, attempt, token };
}
