import type { Handled } from '@slipway/kernel';
import { CommandMessage, Handles, IsSlug, SlipwayCommand } from '@slipway/platform';
import { freezeOf, type FreezeState } from '../domain/freeze';
import type { DeleteFreezeCommand } from '../domain/freeze.decider';
import type { FreezeEvent } from '../domain/freeze.events';
import { FreezeHandler } from './freeze-handler';

/** Lifts a freeze for good, also in the middle of a window. */
@SlipwayCommand('public')
export class DeleteFreeze extends CommandMessage {
  @IsSlug() freeze!: string;
}

@Handles(DeleteFreeze)
export class DeleteFreezeHandler extends FreezeHandler<DeleteFreeze> {
  protected slug({ freeze }: DeleteFreeze): string {
    return freeze;
  }

  protected command({ meta }: DeleteFreeze): DeleteFreezeCommand {
    return { type: 'DeleteFreeze', data: {}, meta };
  }

  /** From now on it freezes nothing, whatever its windows say. */
  protected override answer({ state }: Handled<FreezeState, FreezeEvent>): object {
    const { events: _, ...freeze } = freezeOf(state);
    return { ...freeze, active: false };
  }
}
