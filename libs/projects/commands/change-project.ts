import { defined, Streams } from '@slipway/kernel';
import { LifecyclesReader } from '@slipway/lifecycles/contract';
import { AreSlugs, Clearable, CommandMessage, Handles, IsSlug, IsText, IsTrueOrFalse, Optional, SlipwayCommand } from '@slipway/platform';
import type { ActiveProject } from '../domain/project';
import type { ChangeProjectCommand } from '../domain/project.decider';
import { checkLifecycle } from './create-project';
import { checkVariableSets, MAX_SETS } from './included-sets';
import { ProjectHandler } from './project-handler';

/** What is left out stays; null takes a value away. */
@SlipwayCommand('public')
export class ChangeProject extends CommandMessage {
  @IsSlug() project!: string;
  @Clearable() @IsText(1, 200) name?: string | null;
  @Clearable() @IsText(0, 2_000) description?: string | null;
  @Optional() @IsSlug() lifecycle?: string;
  @Clearable() @IsText(1, 200) versionTemplate?: string | null;
  @Clearable() @IsTrueOrFalse() supersedeQueued?: boolean | null;
  /** In the order in which they count. */
  @Optional() @AreSlugs(0, MAX_SETS) variableSets?: string[];
}

@Handles(ChangeProject)
export class ChangeProjectHandler extends ProjectHandler<ChangeProject> {
  constructor(
    streams: Streams,
    private readonly lifecycles: LifecyclesReader,
  ) {
    super(streams);
  }

  protected async command({
    name,
    description,
    lifecycle,
    versionTemplate,
    supersedeQueued,
    variableSets,
    meta,
  }: ChangeProject): Promise<ChangeProjectCommand> {
    if (lifecycle !== undefined) await checkLifecycle(lifecycle, this.lifecycles);
    await checkVariableSets(variableSets ?? [], this.streams);
    return { type: 'ChangeProject', data: defined({ name, description, lifecycle, versionTemplate, supersedeQueued, variableSets }), meta };
  }

  protected part({ project }: ActiveProject): object {
    return project;
  }
}
