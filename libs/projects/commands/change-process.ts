import { EnvironmentsReader } from '@slipway/environments/contract';
import { type Handled, StepTypes, Streams } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsListOf, IsSlug, ReadModels, SlipwayCommand } from '@slipway/platform';
import { type DeployedProjects, deployedBy } from '../domain/process/deployed-projects';
import { MAX_STEPS, type Step } from '../domain/process/step';
import { activeProject, type ProjectState, projectStream } from '../domain/project';
import { type ChangeProcessCommand, type ProjectCommand, projectDecider } from '../domain/project.decider';
import type { ProjectEvent } from '../domain/project.events';
import { deployedTable, projectList } from '../projections/project-list';
import { StepInput } from './step-input';
import { stepsFrom } from './steps-from';

/** Replaces the process whole. Releases that exist keep the process they froze. */
@SlipwayCommand('public')
export class ChangeProcess extends CommandMessage {
  @IsSlug() project!: string;

  @IsListOf(StepInput, MAX_STEPS, 'steps')
  steps!: StepInput[];
}

@Handles(ChangeProcess)
export class ChangeProcessHandler extends DecisionHandler<ChangeProcess, ProjectCommand, ProjectState, ProjectEvent> {
  protected readonly decider = projectDecider;
  protected readonly mode = 'existing';

  constructor(
    streams: Streams,
    private readonly stepTypes: StepTypes,
    private readonly environments: EnvironmentsReader,
    private readonly models: ReadModels,
  ) {
    super(streams);
  }

  protected stream({ project }: ChangeProcess): string {
    return projectStream(project);
  }

  protected async command({ steps: sent, meta }: ChangeProcess): Promise<ChangeProcessCommand> {
    const steps = await stepsFrom(sent, this.stepTypes, this.environments);
    return { type: 'ChangeProcess', data: { steps, others: await this.deployed(steps) }, meta };
  }

  /** What all processes deploy, where this one deploys anything. */
  private async deployed(steps: readonly Step[]): Promise<DeployedProjects> {
    if (deployedBy(steps).length === 0) return new Map();
    const rows = await this.models.asOfHead(projectList, (snapshot) => snapshot.select(deployedTable));
    return new Map(rows.map(({ project, deploys }) => [project, deploys]));
  }

  protected answer({ state }: Handled<ProjectState>): object {
    return activeProject(state).process;
  }
}
