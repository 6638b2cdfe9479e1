import { DomainError, Streams } from '@slipway/kernel';
import { CommandMessage, Handles, IsSlug, IsText, ReadModels, SlipwayCommand } from '@slipway/platform';
import { ProjectsReader } from '@slipway/projects/contract';
import type { UpdateVariablesCommand } from '../domain/release.decider';
import { ReleaseHandler } from './release-handler';

/** Takes the project's variables of now into the release, as its next snapshot (seed 003, "UPDATE VARIABLES"). */
@SlipwayCommand('public')
export class UpdateVariables extends CommandMessage {
  @IsSlug() project!: string;
  @IsText(1, 100) version!: string;
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

  protected async command({ project: slug, meta }: UpdateVariables): Promise<UpdateVariablesCommand> {
    const project = await this.projects.find(slug);
    if (!project) throw new DomainError('not-found', 'project.not-found', `There is no project ${slug}.`, { project: slug });
    const { revision, variables } = project.variables;
    return { type: 'UpdateVariables', data: { revision, variables }, meta };
  }
}
