import { timeAfter } from '@slipway/kernel';
import type { Delivery } from './deliveries';

/**
 * What became of one try. refused: the receiver works, and does not want this event (or cannot be called at all) · failed: it does not work right now ·
 * gone: it says that it wants no more.
 */
export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'gone'; readonly status: number; readonly error: string }
  | { readonly kind: 'refused' | 'failed'; readonly status?: number; readonly error: string; readonly retryAfterMs?: number };

const FIRST_PAUSE_MS = 5_000;
/** Also where the receiver asks for more. */
export const LONGEST_PAUSE_MS = 3_600_000;
/** Tries of an event that a working receiver does not want: it holds the later ones up for some three minutes. */
export const REFUSALS = 6;
/** Tries with a receiver that does not work: about a day, counted and not timed, so that neither a downtime nor a clock that jumps uses them up. */
export const FAILURES = 33;

/** A delivery after one more try, at `now`. `fraction`: chance, from 0 to 1, so that not all try at the same moment. */
export function afterTry(before: Delivery, outcome: Outcome, { now, fraction }: { now: string; fraction: number }): Delivery {
  const tries = before.tries + 1;
  const firstAt = before.tries === 0 ? now : before.firstAt;
  const tried = { ...before, tries, firstAt, lastAt: now, nextAt: null, status: outcome.status ?? null };
  if (outcome.kind === 'delivered') return { ...tried, state: 'delivered', error: null };
  const { kind, error } = outcome;
  if (tries >= (kind === 'refused' ? REFUSALS : FAILURES)) return { ...tried, state: 'dead', error };
  const asked = kind === 'gone' ? 0 : (outcome.retryAfterMs ?? 0);
  const pause = Math.max(FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.8 + 0.4 * fraction), asked);
  return { ...tried, state: 'retrying', error, nextAt: timeAfter(now, Math.min(Math.round(pause), LONGEST_PAUSE_MS)) };
}
