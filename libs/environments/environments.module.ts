import { Global, Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { ChangeEnvironmentHandler } from './commands/change-environment';
import { CreateEnvironmentHandler } from './commands/create-environment';
import { EnvironmentsReader } from './contract';
import { environmentEvents } from './domain/environment.events';
import { EnvironmentsController } from './http/environments.controller';
import { environmentList } from './projections/environment-list';
import { ListEnvironmentsHandler, ShowEnvironmentHandler } from './queries/environments.query';
import { StoredEnvironments } from './queries/environments.reader';

@Global()
@Module({
  controllers: [EnvironmentsController],
  providers: [
    CreateEnvironmentHandler,
    ChangeEnvironmentHandler,
    ListEnvironmentsHandler,
    ShowEnvironmentHandler,
    { provide: EnvironmentsReader, useClass: StoredEnvironments },
  ],
  exports: [EnvironmentsReader],
})
export class EnvironmentsModule {}

export const environmentsSlice: Slice = { module: EnvironmentsModule, events: [environmentEvents], projections: [environmentList] };
