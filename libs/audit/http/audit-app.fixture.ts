import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { DeploymentsReader } from '@slipway/deployments/contract';
import {
  Checkpoints,
  Clock,
  EventCatalogue,
  type EventModule,
  EventStore,
  Log,
  ReadStore,
  silentLog,
  SubscriptionHub,
} from '@slipway/kernel';
import { AnswerInterceptor, EventStreams, ProblemFilter, ReadModels, readSettings, Settings } from '@slipway/platform';
import { ParameterPipe } from '@slipway/platform/http/parameter.pipe';
import { StoredDeployments } from '../../deployments/queries/deployments.reader';
import type { HistoryWriter } from '../audit.fixture';
import { AuditModule } from '../audit.module';

/** What the histories of the specifications tell of, and a name that was retired. */
const HISTORY_EVENTS: EventModule = {
  entries: { Happened: { sample: {} }, Made: { sample: {} }, Changed: { sample: {} } },
  upcasters: [{ from: 'Occurred', to: (data) => ({ type: 'Happened', data }) }],
};

/** The slice behind HTTP, on a log. */
export async function auditApp({ store, clock }: HistoryWriter): Promise<NestFastifyApplication> {
  @Global()
  @Module({
    imports: [CqrsModule.forRoot()],
    providers: [
      { provide: EventStore, useValue: store },
      { provide: Clock, useValue: clock },
      { provide: EventCatalogue, useValue: new EventCatalogue([HISTORY_EVENTS]) },
      { provide: Log, useValue: silentLog },
      { provide: ReadStore, useFactory: () => new SqliteReadStore(':memory:') },
      {
        provide: Checkpoints,
        useFactory: (rows: ReadStore) => new Checkpoints(new SubscriptionHub(), rows, clock),
        inject: [ReadStore],
      },
      ReadModels,
      { provide: DeploymentsReader, useClass: StoredDeployments },
      { provide: Settings, useValue: readSettings({}).settings },
      EventStreams,
      { provide: APP_FILTER, useClass: ProblemFilter },
      { provide: APP_INTERCEPTOR, useClass: AnswerInterceptor },
      { provide: APP_PIPE, useClass: ParameterPipe },
    ],
    exports: [EventStore, Clock, EventCatalogue, ReadModels, DeploymentsReader],
  })
  class PlatformParts {}

  const module = await Test.createTestingModule({ imports: [PlatformParts, AuditModule] }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
