import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { InProcess } from '../../../test/support/in-process';
import type { AsyncApiDocument, MessageObject } from './document';

interface Shown {
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, unknown>>;
}

const PAGE = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'kafka.md'), 'utf8');
const examples = [...PAGE.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text = '']) => JSON.parse(text) as Shown);

let slipway: InProcess;
let document: AsyncApiDocument;

beforeAll(async () => {
  slipway = await InProcess.start();
  document = (await slipway.ask('GET', '/asyncapi.json')).json as AsyncApiDocument;
});
afterAll(() => slipway.stop());

/** The message that an example is one of. */
function messageOf({ headers, value }: Shown): MessageObject {
  const status = value['status'] === 'accepted' ? 'AcceptedRelease' : 'Refused';
  const name = headers['command'] ?? headers['ce_type']?.slice('slipway.'.length) ?? status;
  const message = document.components.messages[name];
  if (!message) throw new Error(`there is no message ${name}`);
  return message;
}

describe('the page about Kafka', () => {
  it('shows messages that are as the AsyncAPI document says', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addSchema(document, 'asyncapi');
    expect(examples).toHaveLength(5);
    for (const example of examples) {
      const { name } = messageOf(example);
      for (const [part, value] of [['headers', example.headers] as const, ['payload', example.value] as const]) {
        const validate = ajv.compile({ $ref: `asyncapi#/components/messages/${name}/${part}` });
        expect({ name, part, fits: validate(value), why: validate.errors }).toEqual({ name, part, fits: true, why: null });
      }
    }
  });

  it('names the topics that others may use, and no other', () => {
    const addresses = Object.values(document.channels)
      .filter(({ tags = [] }) => tags.length === 0)
      .map(({ address }) => address ?? 'slipway.replies');
    const named = [...PAGE.matchAll(/^\| `(slipway\.[^`]+)`/gm)].map(([, topic = '']) => topic.replace('<slug>', '{replay}'));
    expect(named.toSorted()).toEqual(addresses.toSorted());
  });

  it('names addresses that there are', async () => {
    const { paths } = (await slipway.ask('GET', '/openapi.json')).json as { paths: Record<string, Record<string, unknown>> };
    const shapes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const known = new Set(shapes.map((shape) => shape.replace(/\{\w+\}/g, '*')));
    const named = [...PAGE.matchAll(/`((?:GET|POST) \/[^`]*)`/g)].map(([, address = '']) => address.replace(/<\w+>/g, '*'));
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((address) => !known.has(address))).toEqual([]);
  });
});
