import { EnvironmentsReader } from '@slipway/environments/contract';
import { type Handled, StepTypes, Streams } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsListOf, IsSlug, SlipwayCommand } from '@slipway/platform';
import { MAX_STEPS } from '../domain/process/step';
import { activeProject, type ProjectState, projectStream } from '../domain/project';
import { type ChangeProcessCommand, type ProjectCommand, projectDecider } from '../domain/project.decider';
import type { ProjectEvent } from '../domain/project.events';
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
  ) {
    super(streams);
  }

  protected stream({ project }: ChangeProcess): string {
    return projectStream(project);
  }

  protected async command({ steps, meta }: ChangeProcess): Promise<ChangeProcessCommand> {
    return { type: 'ChangeProcess', data: { steps: await stepsFrom(steps, this.stepTypes, this.environments) }, meta };
  }

  protected answer({ state }: Handled<ProjectState>): object {
    return activeProject(state).process;
  }
}
