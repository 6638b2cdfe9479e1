import { defined, type Handled, Streams } from '@slipway/kernel';
import { LifecyclesReader } from '@slipway/lifecycles/contract';
import {
  AreSlugs,
  Clearable,
  CommandMessage,
  DecisionHandler,
  Handles,
  IsSlug,
  IsText,
  IsTrueOrFalse,
  Optional,
  SlipwayCommand,
} from '@slipway/platform';
import { activeProject, type ProjectState, projectStream } from '../domain/project';
import { type ChangeProjectCommand, type ProjectCommand, projectDecider } from '../domain/project.decider';
import type { ProjectEvent } from '../domain/project.events';
import { checkLifecycle } from './create-project';
import { checkVariableSets, MAX_SETS } from './included-sets';

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
export class ChangeProjectHandler extends DecisionHandler<ChangeProject, ProjectCommand, ProjectState, ProjectEvent> {
  protected readonly decider = projectDecider;
  protected readonly mode = 'existing';

  constructor(
    streams: Streams,
    private readonly lifecycles: LifecyclesReader,
  ) {
    super(streams);
  }

  protected stream({ project }: ChangeProject): string {
    return projectStream(project);
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

  protected answer({ state }: Handled<ProjectState>): object {
    return activeProject(state).project;
  }
}
