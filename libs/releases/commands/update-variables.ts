import { Streams } from '@slipway/kernel';
import { CommandMessage, Handles, IsSlug, IsText, IsWholeNumber, Optional, ReadModels, SlipwayCommand } from '@slipway/platform';
import { ProjectsReader } from '@slipway/projects/contract';
import type { RetakeSnapshotCommand, UpdateVariablesCommand } from '../domain/update-variables';
import { ReleaseHandler } from './release-handler';

/** Takes the project's variables of now, or those of an earlier snapshot, into the release as its next snapshot (seed 003, "UPDATE VARIABLES"). */
@SlipwayCommand('public')
export class UpdateVariables extends CommandMessage {
  @IsSlug() project!: string;
  @IsText(1, 100) version!: string;
  /** Which snapshot to take again; absent: the project's variables of now. */
  @Optional() @IsWholeNumber(1, 1_000_000) snapshot?: number;
}

@Handles(UpdateVariables)
export class UpdateVariablesHandler extends ReleaseHandler<UpdateVariables> {
  constructor(
    streams: Streams,
    models: ReadModels,
    private readonly projects: ProjectsReader,
  ) {
    super(streams, models);
  }

  protected async command({ project: slug, snapshot, meta }: UpdateVariables): Promise<UpdateVariablesCommand | RetakeSnapshotCommand> {
    if (snapshot !== undefined) return { type: 'RetakeSnapshot', data: { snapshot }, meta };
    const { revision, variables } = (await this.projects.releasable(slug)).variables;
    return { type: 'UpdateVariables', data: { revision, variables }, meta };
  }
}
