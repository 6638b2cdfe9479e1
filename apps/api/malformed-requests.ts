import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError } from '@slipway/kernel';
import { correlationOf, problemOf } from '@slipway/platform';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** The longest route parameter, characters; nothing that a route names is longer. */
export const MAX_PARAMETER_LENGTH = 500;
const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** Addresses that the router cannot read reach no route, and so no filter: they are answered here. */
export function answerBadAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void answerProblem(badAddress(error), request, reply);
}

/** Answers before any route, and so any filter, is reached. */
export function answerProblem(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, correlationOf(request));
  return reply.status(problem.status).header('Content-Type', PROBLEM_JSON).send(problem);
}

function badAddress(error: FastifyError): Error {
  if (error.code === 'FST_ERR_MAX_PARAM_LENGTH') {
    const message = `A part of the address has more than ${MAX_PARAMETER_LENGTH} characters: nothing is called so.`;
    return new DomainError('not-found', 'route.not-found', message);
  }
  if (error.code === 'FST_ERR_BAD_URL')
    return new DomainError('invalid', 'request.malformed', 'The address is no text in percent-encoded UTF-8: encode % as %25.');
  return error;
}

const STATUS: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** What is no HTTP at all is answered on the bare connection, which ends with it. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket, traceId: string): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const statusCode = STATUS[error.code ?? ''] ?? 400;
  const body = JSON.stringify(problemOf(Object.assign(new Error('The request is no HTTP that can be read.'), { statusCode }), traceId));
  const head = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
    `Content-Type: ${PROBLEM_JSON}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
