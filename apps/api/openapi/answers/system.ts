import type { JsonSchema } from '@slipway/platform';
import { digest, flag, id, list, object, oneOf, position, ref, text, the, time, whole } from './shapes';

const processStates = ['starting', 'running', 'draining', 'stopped', 'failed'];
const facts: JsonSchema = { type: 'object', description: 'The same for a machine.' };

const stored = {
  position,
  stream: text(),
  version: whole(0, 'Its place in the stream.'),
  id,
  type: text(),
  at: time,
  actor: text('Who asked; `slipway/…` for the system itself.'),
  command: text('What was asked.'),
  commandId: text(),
  correlationId: text('Ties together all that one request led to.'),
  causationId: text('The request or event that led to it.'),
  data: { type: 'object' },
};
const storedOptional = {
  traceparent: text('W3C trace context.'),
  hash: the(digest, 'Over the event and the hash before it in its stream.'),
};
const place = { position, stream: text(), version: whole(0), type: text(), at: time, actor: text() };
const trace = { id, ...place };
const reason = { code: text('Stable.'), message: text(), facts, events: list(id, 'Ids of the events behind it.') };
const notBefore = the(time, 'The earliest time at which it could be otherwise.');

export const systemAnswers: Record<string, JsonSchema> = {
  Reason: object('Why something is as it is.', reason, { notBefore }),
  Problem: object(
    'A refusal or a failure (RFC 9457).',
    {
      type: { type: 'string', format: 'uri', description: 'Names the code; nothing needs to be fetched from it.' },
      title: text(),
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: text('What is wrong, and what to do.'),
      code: text('Stable: compare by it.'),
      traceId: text('What the log of Slipway knows the request by.'),
    },
    {
      facts,
      errors: list(
        object('One place that is wrong.', {
          pointer: text('A JSON pointer into the body (`/steps/0/name`), a parameter (`?limit`) or a header (`header:If-Match`).'),
          message: text(),
        }),
      ),
    },
  ),
  AuditEvent: object('An event as it is stored.', stored, storedOptional),
  ToldEvent: object('An event as it is stored, with its cause told.', { ...stored, cause: ref('Cause') }, storedOptional),
  Cause: object(
    'What led to an event; of one that is not found only the id is told.',
    { kind: oneOf(['request', 'event']), id: text() },
    place,
  ),
  Trace: object('An event that something is traced back to.', trace),
  TracedReason: object(
    'A reason, and the events behind it.',
    { ...reason, causes: list(ref('Trace'), 'As far as they are found.') },
    { notBefore },
  ),
  Verification: object(
    'Whether the hash chains hold.',
    {
      verified: flag('Every event that was looked at is what was stored.'),
      events: whole(0, 'How many of them are, before the first broken one.'),
      streams: whole(0, 'In how many streams.'),
      asOf: object('Up to where it was looked.', { at: time, position }),
    },
    {
      firstBroken: object('The first event, in log order, that is not what was stored.', {
        position,
        stream: text(),
        version: whole(0),
        id: text(),
        reason: the(ref('Reason'), '`event-altered`, `event-missing`, `event-misplaced` or `event-unreadable`.'),
      }),
    },
  ),
  Liveness: object('The process answers.', { state: oneOf(processStates) }),
  Readiness: object('Whether every part works.', {
    ready: flag('All work.'),
    state: oneOf(processStates),
    parts: list(ref('Part')),
    subscriptions: list(ref('Subscription')),
  }),
  Part: object(
    'Something that this process cannot do its work without.',
    { name: text(), ready: flag('It works.') },
    { reason: the(text(), 'Why it does not.') },
  ),
  Subscription: object(
    'A projection, a reactor or a relay, whichever process runs it. One that nobody runs has its name alone.',
    { name: text() },
    {
      owner: the(text(), 'The process that runs it.'),
      kind: oneOf(['projection', 'reactor', 'relay']),
      state: oneOf(['stopped', 'starting', 'running', 'retrying', 'stuck', 'refused', 'displaced']),
      position: the(position, 'Its checkpoint: everything up to here has taken effect.'),
      caughtUp: flag('It was at the end of the log within the last 10 s.'),
      error: object(
        'What is wrong.',
        { message: text(), since: time },
        { code: text(), event: object('The event it stands at.', { position, stream: text(), type: text() }) },
      ),
      parked: whole(0, 'How many events wait for somebody to look at them.'),
    },
  ),
};
