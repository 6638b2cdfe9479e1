import { CommandMessage, Handles, IsSlug, SlipwayCommand } from '@slipway/platform';
import type { DeleteFreezeCommand } from '../domain/freeze.decider';
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
}
