import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { StepTypes } from '@slipway/kernel';
import { declaredCommands, type JsonSchema, type Slice } from '@slipway/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { openApiDocument } from '../openapi/describe-api';
import { commandPart } from './command-part';
import type { AsyncApiDocument, Channel, MessageObject, Part } from './document';
import { eventPart } from './event-part';
import { innerPart } from './inner-part';

const DESCRIPTION =
  'Ask for what the HTTP interface offers, and hear what happens, over Kafka. Where `MESSAGE_BUS_URL` names a prefix, it stands before every topic that is ' +
  'named here. Key and value are UTF-8; keys are partitioned as the Java client does it.';

/** The document: commands, replies and events from what OpenAPI is made of, and the same examples. Not kept. */
export function asyncApiDocument(application: NestFastifyApplication, slices: readonly Slice[]): AsyncApiDocument {
  const openApi = openApiDocument(application);
  const parts: readonly Part[] = [
    commandPart(openApi, declaredCommands(), application.get(StepTypes)),
    eventPart(slices.flatMap(({ events }) => events)),
    innerPart(),
  ];
  const messages = Object.fromEntries(parts.flatMap((part) => Object.values(part.messages).flat()).map((one) => [one.name, one]));
  const own = merged(parts.map(({ schemas }) => schemas));
  return {
    asyncapi: '3.0.0',
    info: { title: 'Slipway', version: '1', description: DESCRIPTION },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(parts.flatMap(channelsOf)),
    operations: merged(parts.map(({ operations }) => operations)),
    components: { messages, schemas: needed(messages, { ...openApi.components?.['schemas'], ...own }) },
  };
}

/** AsyncAPI 3 at /asyncapi.json. Put together when it is first asked for. */
export function describeTopics(application: NestFastifyApplication, slices: readonly Slice[]): void {
  let document: AsyncApiDocument | undefined;
  application.getHttpAdapter().get('/asyncapi.json', (_request: FastifyRequest, reply: FastifyReply) => {
    document ??= asyncApiDocument(application, slices);
    void reply.header('Content-Type', 'application/json; charset=utf-8').send(document);
  });
}

function channelsOf({ channels, messages }: Part): [string, Channel][] {
  return Object.entries(channels).map(([name, channel]) => {
    const refs = (messages[name] ?? []).map((one) => [one.name, { $ref: `#/components/messages/${one.name}` }]);
    return [name, { ...channel, messages: Object.fromEntries(refs) as Channel['messages'] }];
  });
}

function merged<T>(parts: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  return Object.assign({}, ...parts) as Record<string, T>;
}

/** The schemas that messages refer to, and those that these refer to. */
function needed(
  messages: Readonly<Record<string, MessageObject>>,
  known: Readonly<Record<string, JsonSchema>>,
): Record<string, JsonSchema> {
  const found = new Set<string>();
  const open = refsIn(messages);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    if (!known[name]) throw new Error(`the schema ${name} is not described`);
    found.add(name);
    open.push(...refsIn(known[name]));
  }
  return Object.fromEntries([...found].sort().map((name) => [name, known[name]!]));
}

function refsIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name);
}
