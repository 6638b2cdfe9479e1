import { defined, type FieldError, refuseFaults } from '@slipway/kernel';
import type { FreezeTerms } from './freeze.events';
import { endOf, faultOf } from './recurrence';
import { isTimeZone, wallOf } from './wall-clock';
import { firstDayOf, lastStartOf } from './windows';

/** The terms as they are said, before anything is worked out from them. */
export type SaidTerms = Omit<FreezeTerms, 'lastStart'>;

/** The terms with what follows from them. Errors: DomainError `freeze.invalid` with every place that does not fit. */
export function settled(said: SaidTerms): FreezeTerms {
  refuse(faults(said));
  const lastStart = lastStartOf(said);
  refuse(endFaults(said, lastStart));
  const { name, reason, projects, environments, start, end, timeZone, recurrence } = said;
  return defined({ name, reason, projects, environments, start, end, timeZone, recurrence, lastStart });
}

function refuse(errors: readonly FieldError[]): void {
  refuseFaults(errors, 'freeze.invalid', 'The freeze cannot be saved');
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
  return beginFaults(said);
}

/** A recurrence has its first window at the start, as RFC 5545 asks. */
function beginFaults(said: SaidTerms): FieldError[] {
  const { fits, day } = firstDayOf(said);
  if (!day) return [{ pointer: '/recurrence/rule', message: 'never comes true' }];
  if (!fits) return [{ pointer: '/start', message: `must be a day of the rule: the first one in ${said.timeZone} is ${day}` }];
  return [];
}

/** One that ends comes to its end in this calendar. */
function endFaults({ start, recurrence }: SaidTerms, lastStart: string | undefined): FieldError[] {
  const end = recurrence && endOf(recurrence.rule);
  // A year of five digits begins with a sign, so it is less than any start.
  if (!end || (lastStart !== undefined && lastStart >= start)) return [];
  const message =
    'count' in end
      ? 'says a COUNT that is not reached before the year 10000, or within 10,000 steps'
      : `says an UNTIL before the start, ${start}`;
  return [{ pointer: '/recurrence/rule', message }];
}
