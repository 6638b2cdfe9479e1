import type { JsonSchema } from '@slipway/platform';
import { flag, list, object, slug, text, the, time } from './shapes';

export const freezeAnswers: Record<string, JsonSchema> = {
  Freeze: object(
    'A time in which nothing is deployed, once or again and again.',
    {
      slug,
      start: the(time, 'When the first window starts.'),
      end: the(time, 'When the first window is over.'),
      timeZone: text('Whose wall clock a recurrence goes by.'),
      active: flag('It freezes now.'),
    },
    {
      name: text('What people call it.'),
      reason: text(),
      projects: list(slug, 'Absent: all.'),
      environments: list(slug, 'Absent: all.'),
      recurrence: object('When the window comes again.', { rule: text('RFC 5545.') }),
      lastStart: the(time, 'When the last window starts, where the rule ends by `COUNT` or `UNTIL`.'),
      until: the(time, 'While active: until when at least, windows that touch or overlap taken together.'),
      next: object('The next window.', { start: time, end: time }),
    },
  ),
};
