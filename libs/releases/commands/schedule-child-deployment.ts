import { CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import type { ParentStep } from '../domain/release.events';
import type { ScheduleChildDeploymentCommand } from '../domain/schedule-deployment';
import { SchedulingHandler } from './scheduling-handler';

/** A `deploy-release` step of another project asks for it, and waits. */
@SlipwayCommand('internal')
export class ScheduleChildDeployment extends CommandMessage {
  project!: string;
  version!: string;
  environment!: string;
  parent!: ParentStep;
}

@Handles(ScheduleChildDeployment)
export class ScheduleChildDeploymentHandler extends SchedulingHandler<ScheduleChildDeployment> {
  protected async command({ project, environment, parent, meta }: ScheduleChildDeployment): Promise<ScheduleChildDeploymentCommand> {
    const [{ failureMode = 'fail' }, freezes] = await Promise.all([this.environment(environment), this.freezes.of(project, meta.now)]);
    return { type: 'ScheduleChildDeployment', data: { environment, freezes, exclude: [], failureMode, priority: false, parent }, meta };
  }
}
