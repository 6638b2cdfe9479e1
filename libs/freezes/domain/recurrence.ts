import { messageOf } from '@slipway/kernel';
import { RRuleTemporal } from 'rrule-temporal';
import { DAY_MS } from './wall-clock';

const NUMBERS = (one: string): RegExp => new RegExp(`^[+-]?${one}(,[+-]?${one})*$`);
const MONTH = '([1-9]|1[0-2])';
const MONTH_DAY = '(0?[1-9]|[12]\\d|3[01])';
const WEEKDAY = '(MO|TU|WE|TH|FR|SA|SU)';

/**
 * The parts of an RFC 5545 rule that are taken. The library checks how they go together, but passes over what it cannot read. Nothing that is finer than a day:
 * the time of day is that of the first window. No weeks or days counted through the year, no SKIP: rare, and slow to look through.
 */
const PARTS: Readonly<Record<string, RegExp>> = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^([1-9]\d{0,2}|1000)$/,
  COUNT: /^([1-9]\d{0,2}|1000)$/,
  UNTIL: /^\d{8}(T\d{6}Z)?$/,
  BYMONTH: new RegExp(`^${MONTH}(,${MONTH})*$`),
  BYMONTHDAY: NUMBERS(MONTH_DAY),
  BYDAY: NUMBERS(`([1-9]|[1-4]\\d|5[0-3])?${WEEKDAY}`),
  BYSETPOS: NUMBERS('([1-9]|[1-9]\\d|[12]\\d\\d|3[0-5]\\d|36[0-6])'),
  WKST: new RegExp(`^${WEEKDAY}$`),
};
const LONGEST_RULE = 300;

function partsOf(rule: string): (readonly [name: string, value: string])[] {
  return rule.split(';').map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] as const);
}

/** What is wrong with the text of a rule, or undefined. */
export function faultOf(rule: string): string | undefined {
  if (rule.length > LONGEST_RULE) return `must have at most ${LONGEST_RULE} characters`;
  const parts = partsOf(rule);
  const names = parts.map(([name]) => name);
  const known = Object.keys(PARTS).join(', ');
  for (const [name, value] of parts) {
    if (!Object.hasOwn(PARTS, name)) return `has the part ${name || '(none)'}: a rule is made of ${known}, such as FREQ=WEEKLY;BYDAY=FR`;
    if (!PARTS[name]?.test(value)) return `says ${name}=${value}, which is not taken: see the description of the field`;
  }
  if (new Set(names).size < names.length) return 'says a part twice';
  const finer = parts.some(([name, value]) => name === 'FREQ' && (value === 'DAILY' || value === 'WEEKLY'));
  const picked = finer && names.find((name) => name === 'BYSETPOS' || name === 'BYMONTHDAY');
  if (picked) return `picks by ${picked} out of days or weeks: say it with FREQ=MONTHLY or FREQ=YEARLY`;
  try {
    // A day is taken as an end too: the whole of it.
    read(rule.replace(/(UNTIL=\d{8})(?=;|$)/, '$1T000000Z'), 0);
    return undefined;
  } catch (error) {
    return `is no rule of RFC 5545: ${messageOf(error)}`;
  }
}

function read(rule: string, start: number): RRuleTemporal {
  const digits = new Date(start).toISOString().replace(/[-:]|\.\d+/g, '');
  return new RRuleTemporal({ rruleString: `DTSTART:${digits}\nRRULE:${rule}`, strict: true });
}

/** The end that a rule says: so many times, or until a day or an instant. */
export type RuleEnd = { readonly count: number } | { readonly day: number } | { readonly instant: number };

export function endOf(rule: string): RuleEnd | undefined {
  const parts = Object.fromEntries(partsOf(rule)) as Record<string, string | undefined>;
  if (parts['COUNT']) return { count: Number(parts['COUNT']) };
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)(?:T(..)(..)(..)Z)?$/.exec(parts['UNTIL'] ?? '') ?? [];
  if (!year) return undefined;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (hour === undefined) return { day: midnight };
  return { instant: midnight + (Number(hour) * 3_600 + Number(minute) * 60 + Number(second)) * 1_000 };
}

/** The days of a rule from its first one on, its end left aside: whole days, as wall-clock midnights in milliseconds. */
export class RecurringDays {
  private readonly rule: RRuleTemporal;

  /** `rule` must be without fault. */
  constructor(rule: string, first: number) {
    const endless = rule.split(';').filter((part) => !/^(COUNT|UNTIL)=/.test(part));
    this.rule = read(endless.join(';'), first);
  }

  /** The latest day that is not after this one. */
  notAfter(day: number): number | undefined {
    return within(() => this.rule.previous(new Date(day), true)?.epochMilliseconds);
  }

  /** The first day after this one. */
  after(day: number): number | undefined {
    return within(() => this.rule.next(new Date(day))?.epochMilliseconds);
  }

  /** The `count`th day. Undefined: it is out of reach. */
  nth(count: number): number | undefined {
    return within(() => this.rule.all((_day, index) => index < count).at(count - 1)?.epochMilliseconds);
  }
}

/** The library gives up after 10,000 steps without a day that fits: none is within reach, such as of the 30th of February. */
function within<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** The midnight before a wall-clock time. */
export function dayOf(wall: number): number {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}
