import { Global, Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { ChangeLifecycleHandler } from './commands/change-lifecycle';
import { CreateLifecycleHandler } from './commands/create-lifecycle';
import { LifecyclesReader } from './contract';
import { lifecycleEvents } from './domain/lifecycle.events';
import { LifecyclesController } from './http/lifecycles.controller';
import { lifecycleList } from './projections/lifecycle-list';
import { ListLifecyclesHandler, ShowLifecycleHandler } from './queries/lifecycles.query';
import { StoredLifecycles } from './queries/lifecycles.reader';

@Global()
@Module({
  controllers: [LifecyclesController],
  providers: [
    CreateLifecycleHandler,
    ChangeLifecycleHandler,
    ListLifecyclesHandler,
    ShowLifecycleHandler,
    { provide: LifecyclesReader, useClass: StoredLifecycles },
  ],
  exports: [LifecyclesReader],
})
export class LifecyclesModule {}

export const lifecyclesSlice: Slice = { module: LifecyclesModule, events: [lifecycleEvents], projections: [lifecycleList] };
