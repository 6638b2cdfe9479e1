import specs from '@asyncapi/specs';
import { declaredCommands } from '@slipway/platform';
import Ajv from 'ajv';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { InProcess } from '../../../test/support/in-process';
import { slices } from '../../composition/slices';
import { examples } from '../openapi/examples';
import { asyncApiDocument } from './describe-topics';
import type { AsyncApiDocument, MessageObject, Reference } from './document';

let slipway: InProcess;
let document: AsyncApiDocument;

beforeAll(async () => {
  slipway = await InProcess.start();
  document = (await slipway.ask('GET', '/asyncapi.json')).json as AsyncApiDocument;
});
afterAll(() => slipway.stop());

/** What JSON pointers into the document lead to. */
function follow({ $ref }: Reference): unknown {
  return $ref
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((found, name) => (found as Record<string, unknown> | undefined)?.[name], document);
}

function refsIn(value: unknown): Reference[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"(#[^"]+)"/g)].map(([, $ref = '']) => ({ $ref }));
}

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3.0', () => {
    // It brings the dialect along that Ajv has too.
    const ajv = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false });
    addFormats(ajv);
    const validate = ajv.compile(specs.schemas['3.0.0'] as object);
    validate(document);
    expect(validate.errors).toBeNull();
  });

  it('is what the code says now', () => {
    expect(document).toEqual(JSON.parse(JSON.stringify(asyncApiDocument(slipway.application, slices))));
  });

  it('refers to nothing that is not there, and holds nothing that nobody refers to', () => {
    const refs = refsIn(document);
    expect(refs.filter((ref) => follow(ref) === undefined)).toEqual([]);
    const { messages, schemas } = document.components;
    const there = [...Object.keys(messages).map((name) => `messages/${name}`), ...Object.keys(schemas).map((name) => `schemas/${name}`)];
    const named = new Set(refs.map(({ $ref }) => $ref));
    expect(there.filter((name) => !named.has(`#/components/${name}`))).toEqual([]);
  });

  it('offers the public commands under the names that they have over HTTP, and no internal one', () => {
    const { channels, operations } = document;
    const publicOnes = declaredCommands().filter(({ exposure }) => exposure === 'public');
    expect(Object.keys(channels['commands']!.messages).sort()).toEqual(publicOnes.map(({ name }) => name).sort());
    for (const { name } of publicOnes) {
      const operation = operations[name.charAt(0).toLowerCase() + name.slice(1)];
      expect(operation).toMatchObject({
        action: 'receive',
        channel: { $ref: '#/channels/commands' },
        reply: { channel: { $ref: '#/channels/replies' } },
      });
      expect(operation?.messages).toEqual([{ $ref: `#/channels/commands/messages/${name}` }]);
    }
  });

  it('has the examples that OpenAPI has, with the parameters of the route beside each body', () => {
    for (const [operationId, bodies] of Object.entries(examples)) {
      const message = document.components.messages[operationId.charAt(0).toUpperCase() + operationId.slice(1)];
      // The body of a query has an example too.
      if (!message) continue;
      const shown = message.examples.map(({ payload }) => payload);
      expect(shown).toEqual(Object.values(bodies).map(({ value }) => expect.objectContaining(value) as object));
    }
    expect(document.components.messages['CreateRelease']?.examples[0]?.payload).toMatchObject({ project: 'web-shop', version: '1.4.0' });
  });

  it('tells every event there is, in both channels of events', () => {
    const types = slices.flatMap(({ events }) => events).flatMap(({ entries }) => Object.keys(entries));
    for (const channel of ['events', 'replays'])
      expect(Object.keys(document.channels[channel]!.messages).sort()).toEqual([...types].sort());
  });

  it('marks what is nobody else’s business', () => {
    const inner = Object.entries(document.channels).filter(([, { tags = [] }]) => tags.some(({ name }) => name === 'internal'));
    expect(inner.map(([name]) => name).sort()).toEqual(['control', 'logs', 'progress', 'slots', 'tasks']);
  });
});

describe('every example of a message', () => {
  let ajv: Ajv2020;
  const validators = new Map<string, ValidateFunction>();

  beforeAll(() => {
    ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addSchema(document, 'asyncapi');
  });

  function faults(message: MessageObject, part: 'headers' | 'payload', value: unknown): unknown {
    const place = `asyncapi#/components/messages/${message.name}/${part}`;
    const validate = validators.get(place) ?? ajv.compile({ $ref: place });
    validators.set(place, validate);
    return validate(value) ? null : validate.errors;
  }

  it('is there, and fits its schemas', () => {
    for (const message of Object.values(document.components.messages)) {
      expect({ message: message.name, examples: message.examples.length }).not.toMatchObject({ examples: 0 });
      for (const { name, headers, payload } of message.examples) {
        const found = { headers: faults(message, 'headers', headers), payload: faults(message, 'payload', payload) };
        expect({ message: message.name, name, ...found }).toEqual({ message: message.name, name, headers: null, payload: null });
      }
    }
  });

  it('is refused once something in it is wrong', () => {
    const { CreateRelease, DeploymentConcluded } = document.components.messages;
    expect(faults(CreateRelease!, 'payload', { project: 'No slug' })).not.toBeNull();
    expect(faults(CreateRelease!, 'payload', { project: 'web-shop', stranger: 1 })).not.toBeNull();
    expect(faults(CreateRelease!, 'headers', { command: 'ChangeProject' })).not.toBeNull();
    const event = DeploymentConcluded!.examples[0]!.payload as { data: object };
    expect(faults(DeploymentConcluded!, 'payload', { ...event, data: { ...event.data, outcome: 'unheard of' } })).not.toBeNull();
  });
});
