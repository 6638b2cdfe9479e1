import type { JsonSchema } from '@slipway/platform';
import { flag, id, list, object, oneOf, position, ref, slug, text, the, time, whole } from './shapes';

const required = {
  slug,
  url: { type: 'string', format: 'uri', description: 'Where events are sent by POST.' },
  filter: ref('EventFilter'),
  enabled: flag('Whether anything is sent.'),
};
const optional = {
  disabledBecause: text('Why Slipway disabled it.'),
  replay: object('What is being sent again.', {
    request: the(id, 'The event that asked for it.'),
    from: the(position, 'The first position.'),
    to: the(position, 'The last one.'),
    deadLettersOnly: flag('Only what was given up.'),
  }),
  deleted: flag('It is no more.'),
};

const replay = {
  slug,
  topic: text('Where it is published: one partition, events in log order, and last the event that ended it.'),
  from: the(position, 'The first position.'),
  to: the(position, 'The last one.'),
  filter: ref('EventFilter'),
  state: oneOf(['running', 'finished', 'cancelled']),
  requestedBy: text('Who asked for it.'),
  requestedAt: time,
};

export const notificationAnswers: Record<string, JsonSchema> = {
  EventFilter: object(
    'Which events are sent: all lists that are there must hold, each by one of its members.',
    {},
    { types: list(text(), 'Names of events.'), projects: list(slug), environments: list(slug) },
  ),
  Webhook: object('Sends what happens to a receiver.', required, optional),
  CreatedWebhook: object('A new webhook.', required, {
    ...optional,
    secret: text('What was made to sign with, where none was given: told here and never again.'),
  }),
  Delivery: object(
    'How the sending of one event went.',
    {
      position,
      event: the(id, 'What the receiver gets as `webhook-id`.'),
      type: text(),
      stream: text(),
      replay: flag('Part of a replay.'),
      state: oneOf(
        ['delivered', 'retrying', 'dead'],
        'retrying: at nextAt, or, without it, once the webhook is enabled again. dead: given up.',
      ),
      tries: whole(1),
      firstAt: the(time, 'The first try.'),
      lastAt: the(time, 'The last try.'),
    },
    {
      nextAt: the(time, 'Not before, the next try. Absent while the webhook is disabled: nothing is tried then.'),
      status: { type: 'integer', description: 'What the receiver answered last.' },
      error: text('Why the last try did not do.'),
    },
  ),
  EventReplay: object('What happened, published once more in a topic of its own.', replay, {
    stream: text('Only events of this stream.'),
    position: the(position, 'Of one that runs: everything up to here is in the topic.'),
    endedAt: the(time, 'When it was finished or cancelled.'),
  }),
};
