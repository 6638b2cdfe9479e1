import { defined, DomainError, type Handled, Streams } from '@slipway/kernel';
import { DEFAULT_LIFECYCLE, LifecyclesReader } from '@slipway/lifecycles/contract';
import {
  AreSlugs,
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
import { type CreateProjectCommand, type ProjectCommand, projectDecider } from '../domain/project.decider';
import type { ProjectEvent } from '../domain/project.events';
import { checkVariableSets, MAX_SETS } from './included-sets';

@SlipwayCommand('public')
export class CreateProject extends CommandMessage {
  @IsSlug() slug!: string;
  @Optional() @IsText(1, 200) name?: string;
  @Optional() @IsText(0, 2_000) description?: string;
  /** None named: `default`. */
  @Optional() @IsSlug() lifecycle?: string;
  @Optional() @IsText(1, 200) versionTemplate?: string;
  /** A deployment that is queued takes the place of older ones that wait in its lane. */
  @Optional() @IsTrueOrFalse() supersedeQueued?: boolean;
  /** In the order in which they count. */
  @Optional() @AreSlugs(0, MAX_SETS) variableSets?: string[];
}

/** Errors: DomainError `project.unknown-lifecycle`. */
export async function checkLifecycle(slug: string, lifecycles: LifecyclesReader): Promise<void> {
  if (await lifecycles.find(slug)) return;
  const message = `there is no lifecycle ${slug}: create it first`;
  throw new DomainError('invalid', 'project.unknown-lifecycle', `The project cannot be saved: ${message}.`, { lifecycle: slug }, [
    { pointer: '/lifecycle', message },
  ]);
}

@Handles(CreateProject)
export class CreateProjectHandler extends DecisionHandler<CreateProject, ProjectCommand, ProjectState, ProjectEvent> {
  protected readonly decider = projectDecider;
  protected readonly mode = 'new';

  constructor(
    streams: Streams,
    private readonly lifecycles: LifecyclesReader,
  ) {
    super(streams);
  }

  protected stream({ slug }: CreateProject): string {
    return projectStream(slug);
  }

  protected async command({
    slug,
    name,
    description,
    lifecycle = DEFAULT_LIFECYCLE,
    versionTemplate,
    supersedeQueued,
    variableSets,
    meta,
  }: CreateProject): Promise<CreateProjectCommand> {
    await checkLifecycle(lifecycle, this.lifecycles);
    await checkVariableSets(variableSets ?? [], this.streams);
    return {
      type: 'CreateProject',
      data: defined({ slug, name, description, lifecycle, versionTemplate, supersedeQueued, variableSets }),
      meta,
    };
  }

  protected answer({ state }: Handled<ProjectState>): object {
    return activeProject(state).project;
  }
}
