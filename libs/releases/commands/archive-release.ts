import { CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import type { ArchiveReleaseCommand } from '../domain/archive-release';
import { ReleaseHandler } from './release-handler';

/** Sent by the retention of a project's releases (retention-tick.ts). */
@SlipwayCommand('internal')
export class ArchiveRelease extends CommandMessage {
  project!: string;
  version!: string;
  surplus!: ArchiveReleaseCommand['data']['surplus'];
  deployments!: number;
}

@Handles(ArchiveRelease)
export class ArchiveReleaseHandler extends ReleaseHandler<ArchiveRelease> {
  protected command({ surplus, deployments, meta }: ArchiveRelease): ArchiveReleaseCommand {
    return { type: 'ArchiveRelease', data: { surplus, deployments }, meta };
  }
}
