import type { StepTypes } from '@slipway/kernel';
import { TOPICS } from '@slipway/kernel';
import { type DeclaredCommand, type JsonSchema, type ObjectSchema, refTo } from '@slipway/platform';
import { object, oneOf, position, ref, text, the, whole } from '../openapi/answers/shapes';
import { exampleOf } from '../openapi/answers/recorded';
import { bodySchemas, type Schemas } from '../openapi/body-schemas';
import type { Document, Operation as Route } from '../openapi/document';
import { type Example, examples } from '../openapi/examples';
import { pathParameters } from '../openapi/parameters';
import { channelRef, keyed, type MessageExample, type MessageObject, messageRef, type Operation, type Part } from './document';

interface Command {
  readonly declared: DeclaredCommand;
  readonly operationId: string;
  readonly summary: string;
  /** Parameters of its route over HTTP. */
  readonly parameters: readonly string[];
  /** Name of the schema of what it answers with. */
  readonly answer: string;
}

const COMMAND_ID = 'release-1.4.0';
const CORRELATION_ID = 'order-7';

const replyHeaders = object('What a reply belongs to.', {
  'command-id': text('Of the command.'),
  'correlation-id': text('Of the command.'),
});

/** Commands and their replies: the public ones, with the schemas and examples that OpenAPI has. */
export function commandPart(openApi: Document, declared: readonly DeclaredCommand[], stepTypes: StepTypes): Part {
  const commands = declared.filter(({ exposure }) => exposure === 'public').map((command) => withRoute(command, openApi));
  const bodies = commands.map((command) => payloadSchemas(command, stepTypes));
  const answers = [...new Set(commands.map(({ answer }) => answer))];
  return {
    channels: {
      commands: {
        address: TOPICS.commands,
        title: 'Commands',
        description: 'What others ask for. Commands under one key are handled in order, those under different keys side by side.',
      },
      replies: {
        address: null,
        title: 'Replies',
        description: `What a command came to: on the topic that its header \`reply-to\` names, which is there already; none named: \`${TOPICS.replies}\`.`,
      },
    },
    messages: {
      commands: commands.map(commandMessage),
      replies: [...answers.map((answer) => accepted(answer, commands)), refused],
    },
    operations: Object.fromEntries(commands.map((command) => [command.operationId, operation(command)])),
    schemas: Object.assign({}, ...bodies) as Schemas,
  };
}

function withRoute(declared: DeclaredCommand, { paths }: Document): Command {
  const { name } = declared;
  const operationId = name.charAt(0).toLowerCase() + name.slice(1);
  for (const [path, operations] of Object.entries(paths)) {
    const route = Object.values(operations).find((one) => one.operationId === operationId);
    if (!route) continue;
    const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
    return { declared, operationId, summary: route.summary ?? name, parameters, answer: answerOf(route) };
  }
  throw new Error(`the command ${name} has no route`);
}

function answerOf({ operationId, responses }: Route): string {
  const [response] = Object.entries(responses).flatMap(([status, one]) => (status.startsWith('2') ? [one] : []));
  const schema = response && 'content' in response ? response.content?.['application/json']?.schema : undefined;
  const name = String(schema?.['$ref']).split('/').at(-1);
  if (!schema || !name) throw new Error(`the command of ${operationId} answers with no schema`);
  return name;
}

/** The body of the route, with the route's parameters beside it. */
function payloadSchemas({ declared: { name, type }, parameters }: Command, stepTypes: StepTypes): Schemas {
  const schemas = bodySchemas({ name, type }, [], stepTypes);
  const { properties, ...rest } = schemas[name] as ObjectSchema;
  const described = parameters.map((parameter): [string, JsonSchema] => [
    parameter,
    { ...properties[parameter], description: pathParameters[parameter]!.description },
  ]);
  return {
    ...schemas,
    [name]: { ...rest, properties: { ...Object.fromEntries(described), ...properties, ...Object.fromEntries(described) } },
  };
}

function commandMessage({ declared: { name }, operationId, summary, parameters }: Command): MessageObject {
  const route = Object.fromEntries(parameters.map((parameter) => [parameter, pathParameters[parameter]!.example]));
  const bodies: Readonly<Record<string, Example>> = examples[operationId] ?? { example: { summary, value: {} } };
  return {
    name,
    summary,
    headers: commandHeaders(name),
    payload: refTo(name),
    bindings: keyed('What commands are to be handled in order for: the project, as a rule.'),
    examples: Object.entries(bodies).map(([key, example]): MessageExample => ({
      name: key,
      summary: example.summary,
      headers: {
        command: name,
        'command-id': COMMAND_ID,
        'reply-to': 'billing.answers',
        'correlation-id': CORRELATION_ID,
        actor: 'billing',
      },
      payload: { ...route, ...example.value },
    })),
  };
}

function commandHeaders(name: string): JsonSchema {
  return object(
    'What a command needs beside its value.',
    { command: { type: 'string', const: name } },
    {
      'command-id': {
        type: 'string',
        pattern: '^[\\x20-\\x7e]{1,255}$',
        description:
          'A new text for each intention, as `Idempotency-Key` over HTTP. Absent: only a redelivery of this very message is a repeat.',
      },
      'reply-to': { type: 'string', pattern: '^[a-zA-Z0-9._-]{1,249}$', description: `Topic of the reply; absent: \`${TOPICS.replies}\`.` },
      'correlation-id': text('Given back with the reply, whose key it is, and kept with every event.'),
      actor: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'Who asks, while no access control is configured; absent: `anonymous`.',
      },
      'if-match': text('Version that the stream must still have, as an earlier reply told it.'),
      traceparent: text('W3C trace context.'),
    },
  );
}

function accepted(answer: string, commands: readonly Command[]): MessageObject {
  const name = `Accepted${answer}`;
  const { operationId } = commands.find((one) => one.answer === answer && 'example' in exampleOf(one.operationId)) ?? { operationId: '' };
  const payload = object(
    'The command was accepted; its events are stored.',
    {
      status: oneOf(['accepted']),
      position: the(position, 'Of its last event, as `Slipway-Position` over HTTP.'),
      version: whole(0, 'Of its stream, as `ETag` over HTTP.'),
    },
    { resource: ref(answer), resourceOmitted: text('Instead of a resource that is larger than a message may be: where to read it.') },
  );
  return {
    name,
    summary: `Accepted: the answer is what HTTP answers with (${answer}).`,
    headers: replyHeaders,
    payload: { ...payload, oneOf: [{ required: ['resource'] }, { required: ['resourceOmitted'] }] },
    bindings: keyed('The correlation id.'),
    examples: [replyExample({ status: 'accepted', position: '1042', version: 3, resource: exampleOf(operationId).example })],
  };
}

const refused: MessageObject = {
  name: 'Refused',
  summary: 'Refused, or given up: the problem that HTTP answers with.',
  headers: replyHeaders,
  payload: object('Nothing was changed.', { status: oneOf(['refused']), problem: ref('Problem') }),
  bindings: keyed('The correlation id.'),
  examples: [replyExample({ status: 'refused', problem: exampleOf('Conflict').example })],
};

function replyExample(payload: object): MessageExample {
  return { name: 'example', headers: { 'command-id': COMMAND_ID, 'correlation-id': CORRELATION_ID }, payload };
}

function operation({ declared: { name }, summary, answer }: Command): Operation {
  return {
    action: 'receive',
    channel: channelRef('commands'),
    summary,
    messages: [messageRef('commands', name)],
    reply: {
      address: { location: '$message.header#/reply-to', description: `Absent: \`${TOPICS.replies}\`.` },
      channel: channelRef('replies'),
      messages: [messageRef('replies', `Accepted${answer}`), messageRef('replies', 'Refused')],
    },
  };
}
