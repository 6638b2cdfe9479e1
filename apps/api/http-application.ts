import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DomainError, messageOf } from '@slipway/kernel';
import type { Composition } from '@slipway/platform';
import { ApiModule } from './api.module';
import { describeApi } from './openapi/describe-api';

const MAX_BODY_BYTES = 1_048_576;

/** The HTTP side, not listening yet. Bodies are JSON in UTF-8; anything else is 415. */
export async function httpApplication(parts: Composition): Promise<NestFastifyApplication> {
  const { clock, random } = parts;
  const adapter = new FastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: 500 },
    genReqId: () => `request-${clock.now().toString(36)}-${Buffer.from(random.bytes(6)).toString('hex')}`,
    forceCloseConnections: 'idle',
  });
  const options = { logger: ['error' as const, 'warn' as const], abortOnError: false, bodyParser: false };
  const application = await NestFactory.create<NestFastifyApplication>(ApiModule.of(parts), adapter, options);
  adapter.getInstance().removeAllContentTypeParsers();
  application.useBodyParser('application/json', { bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => {
    try {
      done(null, parsed(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  describeApi(application);
  await application.init();
  return application;
}

/** An empty body is none. Errors: DomainError `request.malformed`. */
function parsed(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    // Bytes that are no UTF-8 would silently become other text: refused instead.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), refuseProto);
  } catch (error) {
    throw new DomainError('invalid', 'request.malformed', `The body is no JSON in UTF-8: ${messageOf(error)}.`, {}, [
      { pointer: '', message: 'must be JSON in UTF-8' },
    ]);
  }
}

function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new Error('the name __proto__ is not allowed');
  return value;
}
