import { type Handled, Streams } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsText, SlipwayCommand } from '@slipway/platform';
import { type DeadLetterState, deadLetterStream, noDeadLetter } from '../domain/dead-letter';
import { deadLetterDecider, type ReplayDeadLetterCommand } from '../domain/dead-letter.decider';
import type { DeadLetterEvent } from '../domain/dead-letter.events';
import { KeptLetters } from '../intake/kept-letters';

/** Publishes a message that was given up once more, for whoever gave it up. */
@SlipwayCommand('public')
export class ReplayDeadLetter extends CommandMessage {
  @IsText(1, 100) deadLetter!: string;
}

@Handles(ReplayDeadLetter)
export class ReplayDeadLetterHandler extends DecisionHandler<ReplayDeadLetter, ReplayDeadLetterCommand, DeadLetterState, DeadLetterEvent> {
  protected readonly decider = deadLetterDecider;
  protected readonly mode = 'any';

  constructor(
    streams: Streams,
    private readonly letters: KeptLetters,
  ) {
    super(streams);
  }

  protected stream({ deadLetter }: ReplayDeadLetter): string {
    return deadLetterStream(deadLetter);
  }

  /** Errors: DomainError `dead-letter.not-found`. */
  protected async command({ deadLetter, meta }: ReplayDeadLetter): Promise<ReplayDeadLetterCommand> {
    const kept = await this.letters.find(deadLetter);
    if (!kept) throw noDeadLetter(deadLetter);
    const { message, topic, partition, offset, group, reason, shortened } = kept;
    return {
      type: 'ReplayDeadLetter',
      data: { letter: { deadLetter, message, topic, partition, offset, group, reason }, shortened },
      meta,
    };
  }

  protected answer({ state }: Handled<DeadLetterState, DeadLetterEvent>): object {
    if (state.status === 'none') throw new Error('nobody has asked for this dead letter');
    const { deadLetter: id, topic, partition, offset, group, reason } = state.letter;
    return { id, topic, partition, offset, group, reason, replays: state.replays };
  }
}
