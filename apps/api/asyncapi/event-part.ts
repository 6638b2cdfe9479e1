import { type EventModule, type RecordedEvent, replayTopic, TOPICS } from '@slipway/kernel';
import { cloudEventType, eventMessage } from '@slipway/notifications/notifications.module';
import { type JsonSchema, refTo } from '@slipway/platform';
import { object, oneOf, position, text, the } from '../openapi/answers/shapes';
import { channelRef, keyed, type MessageObject, messageRef, type Part } from './document';
import { eventSchemas } from './event-schemas';

const HEADERS = 'EventHeaders';

/** CloudEvents 1.0, Kafka binding, binary mode: every attribute is a header. */
const eventHeaders: JsonSchema = object(
  'Attributes of CloudEvents 1.0 in the binary mode of its Kafka binding, all texts.',
  {
    ce_specversion: oneOf(['1.0']),
    ce_id: text('Of the event: who knows it got it before.'),
    ce_type: text('`slipway.` and the name of the event.'),
    ce_source: text('`/streams/` and the stream, percent-encoded.'),
    ce_time: { type: 'string', format: 'date-time', description: 'When it was decided.' },
    ce_position: the(position, 'Its place in the log: rises within a stream, and over all of them; compare, never count.'),
    ce_streamversion: { type: 'string', pattern: '^\\d+$', description: 'Its place in its stream: 0, 1, 2 … without gaps.' },
    ce_actor: text('Who asked; `slipway/…` for the system itself.'),
    ce_correlationid: text('Ties together all that one request led to.'),
    ce_causationid: text('The request or event that led to it.'),
  },
  {
    'content-type': oneOf(['application/json'], 'Absent where the value is empty.'),
    ce_dataref: {
      type: 'string',
      format: 'uri-reference',
      description:
        'Only of an event that is too large for a message: its value is empty, and this address of the HTTP interface has the event.',
    },
    traceparent: text('W3C trace context.'),
  },
);

/** Events as they happen, and replays of what happened: one message for each event. */
export function eventPart(modules: readonly EventModule[]): Part {
  const samples = modules.flatMap(({ entries }) => Object.entries(entries)).map(([type, { sample }]) => ({ type, sample }));
  const messages = samples.map(({ type, sample }) => message(type, sample));
  const refs = (channel: string) => messages.map(({ name }) => messageRef(channel, name));
  return {
    channels: {
      events: {
        address: TOPICS.events,
        title: 'Events',
        description:
          'Every event, as it is stored: at least once, in order per stream. A repeat has the `ce_id` of the first. An event may have more fields than are ' +
          'told here, and one stored by an earlier version a name that is used no more: pass over what you do not know.',
      },
      replays: {
        address: replayTopic('{replay}'),
        title: 'A replay of events',
        description:
          'What somebody asked to have once more by `ReplayEvents`: in one partition, in log order, at least once. The last message is the event that ended ' +
          'it, `EventReplayFinished` or `EventReplayCancelled`, under the key `event-replay-{replay}`.',
        parameters: { replay: { description: 'Slug of the replay.' } },
      },
    },
    messages: { events: messages, replays: messages },
    operations: {
      publishEvents: { action: 'send', channel: channelRef('events'), summary: 'Tell what happened', messages: refs('events') },
      publishReplay: { action: 'send', channel: channelRef('replays'), summary: 'Tell it once more', messages: refs('replays') },
    },
    schemas: { [HEADERS]: eventHeaders, ...Object.fromEntries(samples.map(({ type }) => [type, schemaOf(type)])) },
  };
}

function schemaOf(type: string): JsonSchema {
  const schema = eventSchemas[type];
  if (!schema) throw new Error(`the event ${type} has no schema: see apps/api/asyncapi/event-schemas.ts`);
  return schema;
}

function message(type: string, sample: object): MessageObject {
  const { headers = {}, value } = eventMessage(recordedSample(type, sample), TOPICS.events);
  return {
    name: type,
    headers: { allOf: [refTo(HEADERS), { type: 'object', properties: { ce_type: { const: cloudEventType(type) } } }] },
    payload: { allOf: [refTo('AuditEvent'), { type: 'object', properties: { type: { const: type }, data: refTo(type) } }] },
    bindings: keyed('The stream.'),
    examples: [{ name: 'example', headers, payload: JSON.parse(value) as unknown }],
  };
}

/** As it would be stored; streams are called otherwise. */
function recordedSample(type: string, data: object): RecordedEvent {
  return {
    position: 1042n,
    stream: 'some-stream',
    version: 3,
    id: '0199f2a1-7c3e-7b52-9d0e-3f6b2c8a41d7',
    type,
    data,
    metadata: {
      actor: 'ada',
      at: '2026-01-05T08:00:00.000Z',
      command: 'SomeCommand',
      commandId: '0199f2a1-7c3e-7b52-9d0e-3f6b2c8a41d6',
      correlationId: 'order-7',
      causationId: 'request-1',
      hash: '5a33e05ec01ac25c0319d440606633a30aef5e03098e043088ad7292444736a4',
    },
  };
}
