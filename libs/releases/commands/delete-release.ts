import { CommandMessage, Handles, IsSlug, IsText, SlipwayCommand } from '@slipway/platform';
import type { DeleteReleaseCommand } from '../domain/release.decider';
import { releaseList } from '../projections/release-list';
import { currentReleases } from '../queries/current-releases';
import { ReleaseHandler } from './release-handler';

/** Hides a release for ever, while nothing depends on it (seed 001). */
@SlipwayCommand('public')
export class DeleteRelease extends CommandMessage {
  @IsSlug() project!: string;
  @IsText(1, 100) version!: string;
}

@Handles(DeleteRelease)
export class DeleteReleaseHandler extends ReleaseHandler<DeleteRelease> {
  protected async command({ project, meta }: DeleteRelease): Promise<DeleteReleaseCommand> {
    // Where this knowledge lags it can only refuse (deletability.ts).
    const current = await this.models.now(releaseList, (snapshot) => currentReleases(snapshot, project));
    return { type: 'DeleteRelease', data: { current }, meta };
  }
}
