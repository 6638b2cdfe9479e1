import { Module } from '@nestjs/common';
import { ReadStore, Secrets } from '@slipway/kernel';
import type { Slice } from '@slipway/platform';
import { ReplayDeadLetterHandler } from './commands/replay-dead-letter';
import { deadLetterEvents } from './domain/dead-letter.events';
import { DeadLettersController } from './http/dead-letters.controller';
import { keptLettersSchema } from './intake/kept-letter';
import { KeptLetters } from './intake/kept-letters';
import { deadLetterReplays } from './projections/dead-letter-replays';
import { ListDeadLettersHandler, ShowDeadLetterHandler } from './queries/dead-letters.query';

@Module({
  controllers: [DeadLettersController],
  providers: [
    {
      provide: KeptLetters,
      useFactory: (store: ReadStore, secrets: Secrets) => new KeptLetters(store, secrets),
      inject: [ReadStore, Secrets],
    },
    ReplayDeadLetterHandler,
    ListDeadLettersHandler,
    ShowDeadLetterHandler,
  ],
})
export class DeadLettersModule {}

export const deadLettersSlice: Slice = {
  module: DeadLettersModule,
  events: [deadLetterEvents],
  projections: [deadLetterReplays],
  rows: [keptLettersSchema],
};

// What the processor runs besides what slices list.
export { DeadLetterIntake } from './intake/dead-letter-intake';
export { KeptLetters } from './intake/kept-letters';
export { replayedLetters } from './messages/replayed-letters';
