import { Global, Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { ChangeFreezeHandler } from './commands/change-freeze';
import { CreateFreezeHandler } from './commands/create-freeze';
import { DeleteFreezeHandler } from './commands/delete-freeze';
import { FreezeScopes } from './commands/freeze-input';
import { FreezesReader } from './contract';
import { freezeEvents } from './domain/freeze.events';
import { FreezesController } from './http/freezes.controller';
import { freezeList } from './projections/freeze-list';
import { ListFreezesHandler, ShowFreezeHandler } from './queries/freezes.query';
import { StoredFreezes } from './queries/freezes.reader';

@Global()
@Module({
  controllers: [FreezesController],
  providers: [
    CreateFreezeHandler,
    ChangeFreezeHandler,
    DeleteFreezeHandler,
    FreezeScopes,
    ListFreezesHandler,
    ShowFreezeHandler,
    { provide: FreezesReader, useClass: StoredFreezes },
  ],
  exports: [FreezesReader],
})
export class FreezesModule {}

export const freezesSlice: Slice = { module: FreezesModule, events: [freezeEvents], projections: [freezeList] };
