import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';
import type { CommandClass } from '../commands/command-message';

/**
 * Names a response of `openapi/schemas`: `Release`, or `Release[]` for a page of them.
 */
export type ResponseName = string;

function responses(status: number, name: ResponseName) {
  const schema = name.endsWith('[]')
    ? {
        type: 'object',
        required: ['items'],
        properties: {
          items: { type: 'array', items: { $ref: `#/components/schemas/${name.slice(0, -2)}` } },
          next: { type: 'string', description: 'The `cursor` of the next page; absent on the last.' },
        },
      }
    : { $ref: `#/components/schemas/${name}` };
  const position = {
    'Slipway-Position': { description: 'The position of the log that this answer reflects.', schema: { type: 'string' } },
  };
  return [
    ApiResponse({ status, description: 'Done', headers: position, content: { 'application/json': { schema: schema as never } } }),
    ApiResponse({
      status: 'default' as never,
      description: 'A problem',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    }),
  ];
}

/** Describes a route that sends a command: the operation is called as the command, its body is the command's class without the route's parameters. */
export function CommandRoute(
  command: CommandClass,
  summary: string,
  response: ResponseName,
  options: { creates?: boolean; body?: boolean } = {},
) {
  const name = command.name;
  const status = (options.creates ?? name.startsWith('Create')) ? 201 : 202;
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ operationId: name.charAt(0).toLowerCase() + name.slice(1), summary }),
    ApiHeader({ name: 'Idempotency-Key', required: false, description: 'Same key and body: the first answer again.' }),
    ApiHeader({ name: 'If-Match', required: false, description: 'ETag that the stream must still have.' }),
    ApiHeader({ name: 'Slipway-Actor', required: false, description: 'Who asks, while no access control is configured.' }),
    ...(options.body === false ? [] : [ApiBody({ required: true, schema: { $ref: `#/components/schemas/${name}` } })]),
    ...responses(status, response),
  );
}

/** Describes a route that answers a query; its parameters are the fields of the query's class. */
export function Shows(operationId: string, summary: string, response: ResponseName, query: new () => object) {
  const fields = new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(query, '', true, false)
      .map((rule) => rule.propertyName),
  );
  return applyDecorators(
    ApiOperation({ operationId, summary }),
    ...[...fields].map((name) => ApiQuery({ name, required: false, schema: { type: name === 'limit' ? 'integer' : 'string' } })),
    ...responses(200, response),
  );
}
