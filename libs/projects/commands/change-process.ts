import { EnvironmentsReader } from '@slipway/environments/contract';
import { StepTypes, Streams } from '@slipway/kernel';
import { CommandMessage, Handles, IsListOf, IsSlug, ReadModels, SlipwayCommand } from '@slipway/platform';
import { type DeployedProjects, deployedBy } from '../domain/process/deployed-projects';
import { MAX_STEPS, type Step } from '../domain/process/step';
import type { ActiveProject } from '../domain/project';
import type { ChangeProcessCommand } from '../domain/project.decider';
import { deployedTable, projectList } from '../projections/project-list';
import { StepInput } from './step-input';
import { stepsFrom } from './steps-from';
import { ProjectHandler } from './project-handler';

/** Replaces the process whole. Releases that exist keep the process they froze. */
@SlipwayCommand('public')
export class ChangeProcess extends CommandMessage {
  @IsSlug() project!: string;

  @IsListOf(StepInput, MAX_STEPS, 'steps')
  steps!: StepInput[];
}

@Handles(ChangeProcess)
export class ChangeProcessHandler extends ProjectHandler<ChangeProcess> {
  constructor(
    streams: Streams,
    private readonly stepTypes: StepTypes,
    private readonly environments: EnvironmentsReader,
    private readonly models: ReadModels,
  ) {
    super(streams);
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

  protected part({ process }: ActiveProject): object {
    return process;
  }
}
