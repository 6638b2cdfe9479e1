import { defined } from '@slipway/kernel';
import type { KnownFreeze } from '../domain/freeze';
import { frozenUntil, nextWindow } from '../domain/windows';

/** `Freeze` as answers show it at a time (RFC 3339 UTC): whether it freezes then, until when, and its next window after that. */
export function freezeResource({ events: _, ...freeze }: KnownFreeze, now: string) {
  const until = frozenUntil(freeze, now);
  return defined({ ...freeze, active: until !== undefined, until, next: nextWindow(freeze, until ?? now) });
}
