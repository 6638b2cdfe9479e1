import { defined } from '@slipway/kernel';
import { CommandMessage, Handles, IsReason, IsSlug, IsText, Optional, SlipwayCommand } from '@slipway/platform';
import type { BlockReleaseCommand, UnblockReleaseCommand } from '../domain/block-release';
import { ReleaseHandler } from './release-handler';

/** Keeps a release from going on to phases in which it has no success yet. */
@SlipwayCommand('public')
export class BlockRelease extends CommandMessage {
  @IsSlug() project!: string;
  @IsText(1, 100) version!: string;
  @IsReason() reason!: string;
}

@SlipwayCommand('public')
export class UnblockRelease extends CommandMessage {
  @IsSlug() project!: string;
  @IsText(1, 100) version!: string;
  @Optional() @IsReason() reason?: string;
}

@Handles(BlockRelease)
export class BlockReleaseHandler extends ReleaseHandler<BlockRelease> {
  protected command({ reason, meta }: BlockRelease): BlockReleaseCommand {
    return { type: 'BlockRelease', data: { reason }, meta };
  }
}

@Handles(UnblockRelease)
export class UnblockReleaseHandler extends ReleaseHandler<UnblockRelease> {
  protected command({ reason, meta }: UnblockRelease): UnblockReleaseCommand {
    return { type: 'UnblockRelease', data: defined({ reason }), meta };
  }
}
