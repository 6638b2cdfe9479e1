import { defined, type FieldError, refuseFaults } from '@slipway/kernel';
import type { FreezeTerms } from './freeze.events';
import { faultOf } from './recurrence';
import { isTimeZone, wallOf } from './wall-clock';
import { firstDayOf, lastStartOf } from './windows';

/** The terms as they are said, before anything is worked out from them. */
export type SaidTerms = Omit<FreezeTerms, 'lastStart'>;

/** The terms with what follows from them. Errors: DomainError `freeze.invalid` with every place that does not fit. */
export function settled(said: SaidTerms): FreezeTerms {
  refuseFaults(faults(said), 'freeze.invalid', 'The freeze cannot be saved');
  const { name, reason, projects, environments, start, end, timeZone, recurrence } = said;
  return defined({ name, reason, projects, environments, start, end, timeZone, recurrence, lastStart: lastStartOf(said) });
}

function faults(said: SaidTerms): FieldError[] {
  const { start, end, timeZone, recurrence } = said;
  if (!isTimeZone(timeZone))
    return [{ pointer: '/timeZone', message: `must be an IANA time zone such as Europe/Berlin: ${timeZone} is none` }];
  if (end <= start) return [{ pointer: '/end', message: `must be after the start, ${start}` }];
  if (!recurrence) return [];
  const fault = faultOf(recurrence.rule);
  if (fault) return [{ pointer: '/recurrence/rule', message: fault }];
  if (wallOf(Date.parse(end), timeZone) <= wallOf(Date.parse(start), timeZone))
    return [{ pointer: '/end', message: `must be after the start by the wall clock of ${timeZone} too, which is set back between them` }];
  return recurring(said, recurrence.rule);
}

/** A recurrence has its first window at the start, as RFC 5545 asks, and comes to its end in this calendar. */
function recurring(said: SaidTerms, rule: string): FieldError[] {
  const { fits, day } = firstDayOf(said);
  if (!day) return [{ pointer: '/recurrence/rule', message: 'never comes true' }];
  if (!fits) return [{ pointer: '/start', message: `must be a day of the rule: the first one in ${said.timeZone} is ${day}` }];
  if (!/(^|;)(COUNT|UNTIL)=/.test(rule)) return [];
  const last = lastStartOf(said);
  // A year of five digits begins with a sign, so it is less than any start.
  if (last !== undefined && last >= said.start) return [];
  const message = /(^|;)COUNT=/.test(rule)
    ? 'says a COUNT that is not reached before the year 10000, or within 10,000 steps'
    : `says an UNTIL before the start, ${said.start}`;
  return [{ pointer: '/recurrence/rule', message }];
}
