import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import {
  Checkpoints,
  Clock,
  EventCatalogue,
  EventStore,
  Ids,
  Leases,
  Log,
  LogStore,
  MessageBus,
  type OutboundHttp,
  Random,
  ReadStore,
  Secrets,
  StepTypes,
  Streams,
  SubscriptionHub,
  Telemetry,
} from '@slipway/kernel';
import { CommandClaims } from './commands/command-claims';
import { CommandGateway } from './commands/command-gateway';
import { CommandRegistry } from './commands/command-registry';
import { AnswerInterceptor } from './http/answer.interceptor';
import { EventStreams } from './http/event-streams';
import { ParameterPipe } from './http/parameter.pipe';
import { ProblemFilter } from './http/problem.filter';
import { HealthController } from './process/health.controller';
import { MetricsController } from './process/metrics.controller';
import { ProcessState } from './process/process-state';
import { Readiness } from './process/readiness';
import { ReadModels } from './queries/read-models';
import { Settings } from './settings';

/** What a process was composed of: the adapters behind the ports, and what the slices registered. */
export interface Composition {
  readonly settings: Settings;
  readonly state: ProcessState;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly eventStore: EventStore;
  readonly readStore: ReadStore;
  readonly bus: MessageBus;
  readonly logStore: LogStore;
  readonly leases: Leases;
  readonly outbound: OutboundHttp;
  readonly secrets: Secrets;
  readonly catalogue: EventCatalogue;
  readonly stepTypes: StepTypes;
  readonly hub: SubscriptionHub;
  /** Of this process: an id new at each start. */
  readonly instance: string;
}

/** The ports and the plumbing that every slice finds. */
@Global()
@Module({})
export class PlatformModule {
  static of(parts: Composition): DynamicModule {
    const ids = new Ids(parts.clock, parts.random);
    const { eventStore: store, catalogue, clock, random } = parts;
    const values = [
      { provide: Settings, useValue: parts.settings },
      { provide: ProcessState, useValue: parts.state },
      { provide: Clock, useValue: clock },
      { provide: Random, useValue: random },
      { provide: Ids, useValue: ids },
      { provide: Log, useValue: parts.log },
      { provide: Telemetry, useValue: parts.telemetry },
      { provide: EventStore, useValue: store },
      { provide: ReadStore, useValue: parts.readStore },
      { provide: MessageBus, useValue: parts.bus },
      { provide: LogStore, useValue: parts.logStore },
      { provide: Secrets, useValue: parts.secrets },
      { provide: EventCatalogue, useValue: catalogue },
      { provide: StepTypes, useValue: parts.stepTypes },
      { provide: Checkpoints, useValue: new Checkpoints(parts.hub, parts.readStore, clock) },
      { provide: Readiness, useValue: new Readiness(parts) },
      { provide: Streams, useValue: new Streams({ store, catalogue, clock, random, ids }) },
      { provide: CommandClaims, useValue: new CommandClaims(store, clock, ids) },
    ];
    const plumbing = [CommandRegistry, CommandGateway, ReadModels];
    return {
      module: PlatformModule,
      imports: [CqrsModule.forRoot(), DiscoveryModule],
      controllers: [HealthController, MetricsController],
      providers: [
        ...values,
        ...plumbing,
        EventStreams,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: AnswerInterceptor },
        { provide: APP_PIPE, useClass: ParameterPipe },
      ],
      exports: [...values.map((value) => value.provide), ...plumbing, CqrsModule],
    };
  }
}
