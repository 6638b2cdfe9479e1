import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { CommandClass } from '../commands/command-message';
import { type JsonSchema, laterWords, schemaOf } from '../validation/schema-of';

/** Names a schema of the answers (apps/api/openapi): `Release`, or `Release[]` for a page of them. */
export type ResponseName = string;

export function refTo(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function answer(status: number, description: string, name: ResponseName) {
  const schema: JsonSchema = name.endsWith('[]') ? pageOf(name.slice(0, -2)) : refTo(name);
  const headers = { 'Slipway-Position': { $ref: '#/components/headers/Slipway-Position' } };
  return ApiResponse({ status, description, headers, content: { 'application/json': { schema } } });
}

function pageOf(name: string): JsonSchema {
  return {
    type: 'object',
    required: ['items'],
    properties: {
      items: { type: 'array', items: refTo(name) },
      next: { type: 'string', description: 'The `cursor` of the next page; absent on the last one.' },
    },
  };
}

/**
 * Describes a route that sends a command: the operation is called as the command, its body is the command's class without the route's
 * parameters. What every operation shares (problems, examples) is added where the document is put together.
 */
export function CommandRoute(
  command: CommandClass,
  summary: string,
  response: ResponseName,
  options: { creates?: boolean; body?: boolean } = {},
) {
  const { name } = command;
  const isNew = name.startsWith('Create');
  const creates = options.creates ?? isNew;
  return applyDecorators(
    HttpCode(creates ? 201 : 202),
    ApiOperation({ operationId: name.charAt(0).toLowerCase() + name.slice(1), summary }),
    ApiHeader({
      name: 'Idempotency-Key',
      description: 'A new text for each intention: whoever repeats key and body gets the first answer again.',
      schema: { type: 'string', pattern: '^[\\x20-\\x7e]{1,255}$' },
    }),
    // What does not exist yet has no version that it must still have.
    ...(isNew
      ? []
      : [
          ApiHeader({
            name: 'If-Match',
            description: 'The `ETag` of an earlier answer: refused with 412 when it has changed since; `*` for any.',
            schema: { type: 'string', pattern: '^(\\*|(W/)?"?\\d{1,15}"?)$' },
          }),
        ]),
    ApiHeader({
      name: 'Slipway-Actor',
      description: 'Who asks, while no access control is configured; absent: `anonymous`. Stored with every event.',
      schema: { type: 'string', minLength: 1, maxLength: 100 },
    }),
    ...(options.body === false ? [] : [ApiBody({ schema: refTo(name) })]),
    answer(creates ? 201 : 202, creates ? 'Created' : 'Accepted', response),
  );
}

/** Describes a route that answers a query; its parameters are the fields of the query's class. */
export function Shows(operationId: string, summary: string, response: ResponseName, query: new () => object) {
  const { schema, later } = schemaOf(query, ({ name }) => refTo(name).$ref);
  const description = laterWords(later);
  const parameters = Object.entries(schema.properties).map(([name, field]) =>
    ApiQuery({ name, required: schema.required?.includes(name) ?? false, schema: field as never }),
  );
  const operation = ApiOperation({ operationId, summary, ...(description === undefined ? {} : { description }) });
  return applyDecorators(HttpCode(200), operation, ...parameters, answer(200, 'What was asked for', response));
}

const bodies = new Map<string, new () => object>();

/** The body of a query that is asked by POST, where an address is no place for it; its class is called as the operation. */
export function AsksWith(body: new () => object) {
  bodies.set(body.name, body);
  return ApiBody({ schema: refTo(body.name) });
}

/** Classes of the bodies that queries have, by name: of every controller that was loaded. */
export function queryBodies(): { readonly name: string; readonly type: new () => object }[] {
  return [...bodies].map(([name, type]) => ({ name, type }));
}
