import { DomainError, messageOf } from '@slipway/kernel';
import type { FastifyRequest } from 'fastify';

/** Bytes; of the same size as the largest append, so that nothing bigger could be kept anyway. */
export const MAX_BODY_BYTES = 1_048_576;

/** The body of a request as JSON; an empty one is none. Errors: DomainError `request.malformed`, an error with `statusCode` 415. */
export function jsonBody({ headers }: Pick<FastifyRequest, 'headers'>, body: Buffer): unknown {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers['content-type'] ?? '')?.[1];
  const encoding = headers['content-encoding'];
  if ((charset !== undefined && charset.toLowerCase() !== 'utf-8') || (encoding !== undefined && encoding.toLowerCase() !== 'identity'))
    throw Object.assign(new Error('unsupported media type'), { statusCode: 415 });
  if (body.length === 0) return undefined;
  try {
    // Bytes that are no UTF-8 would silently become other text: refused instead.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch (error) {
    throw new DomainError('invalid', 'request.malformed', `The body is no JSON in UTF-8: ${messageOf(error)}.`, {}, [
      { pointer: '', message: 'must be JSON in UTF-8' },
    ]);
  }
}
