import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DomainError, InfrastructureError } from '@slipway/kernel';
import { RememberingLog } from '@slipway/kernel/testing/subscription-fixture';
import { ProblemFilter } from './problem.filter';

@Controller()
class Failing {
  @Get('rule')
  rule() {
    throw new DomainError('conflict', 'a.rule', 'It is not to be.');
  }

  @Get('busy')
  busy() {
    throw new InfrastructureError('a.store', 'Wait.', true);
  }

  @Get('bug')
  bug() {
    throw new Error('nobody foresaw it');
  }
}

@Module({ controllers: [Failing] })
class FailingModule {}

describe('the log of what was answered with a problem', () => {
  const log = new RememberingLog();
  let app: NestFastifyApplication;

  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(FailingModule, new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ProblemFilter(log));
    await app.init();
  });

  afterAll(() => app.close());

  it.each([
    ['/rule', 409, []],
    ['/busy', 503, [{ level: 'warn', message: 'GET /busy: Wait.', facts: { traceId: expect.any(String) as string } }]],
    [
      '/bug',
      500,
      [
        {
          level: 'error',
          message: 'GET /bug: nobody foresaw it',
          facts: { traceId: expect.any(String) as string, stack: expect.any(String) as string },
        },
      ],
    ],
  ])('says nothing of refusals, warns of what passes by itself, and shows where it broke: %s', async (url, status, said) => {
    log.said.length = 0;
    const answer = await app.inject({ url });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['retry-after']).toBe(status === 503 ? '1' : undefined);
    expect(log.said).toEqual(said);
  });
});
