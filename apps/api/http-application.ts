import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Composition, listenOn, type Settings } from '@slipway/platform';
import type { FastifyInstance } from 'fastify';
import { slices } from '../composition/slices';
import { SlipwayModule } from '../composition/slipway.module';
import { describeTopics } from './asyncapi/describe-topics';
import { followRequests } from './follow-requests';
import { refuseForeignRequests } from './foreign-requests';
import { jsonBody, MAX_BODY_BYTES } from './json-body';
import { answerBadAddress, answerBrokenRequest, MAX_PARAMETER_LENGTH } from './malformed-requests';
import { describeApi } from './openapi/describe-api';
import { answerWhileStarting } from './requests-while-starting';

/** The HTTP side, not listening yet. Bodies are JSON in UTF-8; anything else is 415. */
export async function httpApplication(parts: Composition): Promise<NestFastifyApplication> {
  const { clock, random } = parts;
  const requestId = () => `request-${clock.now().toString(36)}-${Buffer.from(random.bytes(6)).toString('hex')}`;
  const adapter = new FastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    genReqId: requestId,
    forceCloseConnections: 'idle',
    frameworkErrors: answerBadAddress,
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, requestId()),
  });
  const options = { logger: ['error' as const, 'warn' as const], abortOnError: false, bodyParser: false };
  const application = await NestFactory.create<NestFastifyApplication>(SlipwayModule.of(parts), adapter, options);
  adapter.getInstance().removeAllContentTypeParsers();
  closeConnectionsWhileClosing(adapter.getInstance());
  refuseForeignRequests(adapter.getInstance());
  answerWhileStarting(adapter.getInstance(), parts.state);
  followRequests(adapter.getInstance());
  application.useBodyParser('application/json', { bodyLimit: MAX_BODY_BYTES }, (request, body, done) => {
    try {
      done(null, jsonBody(request, body));
    } catch (error) {
      done(error as Error);
    }
  });
  describeApi(application);
  describeTopics(application, slices);
  await application.init();
  return application;
}

/**
 * What is answered while the server closes ends its connection: kept alive, it would hold the process up for as long as a client may be silent (72 s).
 * So would one on which nothing was asked yet (60 s), as clients open them ahead: Node counts it as idle only behind its first request.
 */
function closeConnectionsWhileClosing(server: FastifyInstance): void {
  let closing = false;
  const unasked = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    if (closing) return void socket.destroy();
    unasked.add(socket);
    socket.once('close', () => unasked.delete(socket));
  });
  server.server.on('request', ({ socket }: IncomingMessage) => unasked.delete(socket));
  server.addHook('preClose', async () => {
    closing = true;
    for (const socket of unasked) socket.destroy();
  });
  server.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('Connection', 'close');
  });
}

/** Takes requests from now on; resolves with the address. Errors: those of listenOn. */
export function listen(application: NestFastifyApplication, settings: Pick<Settings, 'HTTP_HOST' | 'HTTP_PORT'>): Promise<string> {
  // Not Nest's own listen: it writes what went wrong to the log itself, in words of its own.
  return listenOn(application.getHttpAdapter().getInstance(), settings.HTTP_HOST, settings.HTTP_PORT);
}
