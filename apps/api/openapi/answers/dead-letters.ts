import type { JsonSchema } from '@slipway/platform';
import { flag, id, object, text, the, time, whole } from './shapes';

const origin = {
  id,
  topic: text('Where its message came from.'),
  partition: whole(0),
  offset: text('In its partition; a decimal number.'),
  group: text('The consumers that gave it up.'),
  reason: text('Why, of the last try.'),
};
const replays = object('Who had its message published again.', {
  times: whole(1),
  lastAt: time,
  lastBy: text('The actor.'),
});

export const deadLetterAnswers: Record<string, JsonSchema> = {
  DeadLetter: object(
    'A message that was given up. What it says is not shown: it may be a secret.',
    {
      ...origin,
      at: the(time, 'When it was given up last.'),
      tries: whole(1),
      shortened: flag('It was larger than the bus takes: only its beginning is left, and it cannot be replayed.'),
      key: text('Its key, the first 250 characters.'),
      headers: {
        type: 'object',
        description: 'Its headers that Slipway gives a meaning to.',
        additionalProperties: { type: 'string' },
      },
      bytes: whole(0, 'Size of its value.'),
    },
    { replays },
  ),
  ReplayedDeadLetter: object('A message that is published again.', { ...origin, replays }),
};
