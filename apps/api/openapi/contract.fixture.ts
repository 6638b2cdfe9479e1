import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { HttpAnswer } from '../../../test/support/http-client';
import type { Document, Operation, Response } from './document';

const HEADERS = ['Slipway-Position', 'ETag', 'Retry-After'];

interface Header {
  readonly schema: { readonly pattern?: string };
}

/** What an answer says that the document does not, or the other way round. */
export class Contract {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();
  /** `operationId status media-type` of everything checked. */
  readonly seen = new Set<string>();

  constructor(readonly document: Document) {
    addFormats(this.ajv);
    this.ajv.addSchema(closed(document) as object, 'openapi');
  }

  operation(operationId: string): { method: string; path: string; operation: Operation } {
    for (const [path, operations] of Object.entries(this.document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        if (operation.operationId === operationId) return { method, path, operation };
      }
    }
    throw new Error(`no operation ${operationId}`);
  }

  operations(): Operation[] {
    return Object.values(this.document.paths).flatMap((operations) => Object.values(operations));
  }

  /** Throws with everything in an answer that is not as documented, undocumented fields and headers included. */
  check(operationId: string, answer: HttpAnswer): void {
    const { method, path, operation } = this.operation(operationId);
    const documented = operation.responses[String(answer.status)];
    if (!documented) throw new Error(`${operationId} answers ${answer.status}, which is not documented: ${answer.text}`);
    const response = this.resolved(documented);
    const type = String(answer.headers['content-type']).split(';')[0] ?? '';
    const place = '$ref' in documented ? documented.$ref : `#/paths/${escaped(path)}/${method}/responses/${answer.status}`;
    if (!response.content?.[type]) throw new Error(`${operationId} answers ${answer.status} with ${type}, which is not documented`);
    for (const body of bodiesOf(type, answer))
      this.fits(`openapi${place}/content/${escaped(type)}/schema`, body, `${operationId} ${answer.status}`);
    this.checkHeaders(operationId, response, answer);
    this.seen.add(`${operationId} ${answer.status} ${type}`);
  }

  /** Throws unless a body that is sent fits what the document says of it. */
  checkBody(operationId: string, body: unknown): void {
    const { method, path } = this.operation(operationId);
    this.fits(`openapi#/paths/${escaped(path)}/${method}/requestBody/content/application~1json/schema`, body, `${operationId} body`);
  }

  private checkHeaders(operationId: string, response: Response, { status, headers }: HttpAnswer): void {
    for (const name of HEADERS) {
      const sent = headers[name.toLowerCase()];
      const documented = name in (response.headers ?? {});
      // One kind of 409 is worth a retry, the others are not.
      if (documented && sent === undefined && name === 'Retry-After' && status === 409) continue;
      if (documented !== (sent !== undefined))
        throw new Error(`${operationId} ${status}: ${name} is ${documented ? 'missing' : 'not documented'}`);
      const { pattern } = (this.document.components?.['headers']?.[name] as unknown as Header).schema;
      if (sent !== undefined && pattern && !new RegExp(pattern).test(String(sent)))
        throw new Error(`${operationId} ${status}: ${name} is ${String(sent)}`);
    }
  }

  private resolved(response: Response | { readonly $ref: string }): Response {
    if (!('$ref' in response)) return response;
    return this.document.components?.['responses']?.[response.$ref.split('/').at(-1) ?? ''] as unknown as Response;
  }

  /** Operations and kinds of problems whose example is missing, or does not fit its schema. */
  outdatedExamples(): string[] {
    const answers = this.operations().flatMap(({ operationId, responses }) => {
      const [status = '', response] = Object.entries(responses).find(([one]) => one.startsWith('2')) ?? [];
      const { method, path } = this.operation(operationId);
      return { name: operationId, place: `#/paths/${escaped(path)}/${method}/responses/${status}`, response: response as Response };
    });
    const problems = Object.entries(this.document.components?.['responses'] ?? {}).map(([name, response]) => {
      return { name, place: `#/components/responses/${name}`, response: response as unknown as Response };
    });
    return [...answers, ...problems].flatMap(({ name, place, response }) => {
      const shown = Object.entries(response.content ?? {}).filter(([type]) => /[/+]json$/.test(type));
      return shown.every(([type, { example }]) => this.validator(`openapi${place}/content/${escaped(type)}/schema`)(example)) ? [] : [name];
    });
  }

  private validator(place: string): ValidateFunction {
    const validate = this.validators.get(place) ?? this.ajv.getSchema(place);
    if (!validate) throw new Error(`nothing at ${place}`);
    this.validators.set(place, validate);
    return validate;
  }

  private fits(place: string, value: unknown, what: string): void {
    const validate = this.validator(place);
    if (!validate(value)) throw new Error(`${what}: ${this.ajv.errorsText(validate.errors)} in ${JSON.stringify(value).slice(0, 2_000)}`);
  }
}

/** What an answer holds: of those that go on, each line or message; the text of one that is no JSON. */
function bodiesOf(type: string, { text, json }: HttpAnswer): unknown[] {
  if (type.endsWith('ndjson'))
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  if (type.endsWith('event-stream')) return [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as unknown);
  return [type === 'text/plain' ? text : json];
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** The document with every object closed: clients must bear new fields, but nothing undocumented may leave today. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, closed(member)]));
  const open = inner['type'] === 'object' && 'properties' in inner && !('additionalProperties' in inner);
  return open ? { ...inner, additionalProperties: false } : inner;
}
