import { EnvironmentsReader } from '@slipway/environments/contract';
import { FreezesReader } from '@slipway/freezes/contract';
import { DomainError, type Handled, Streams } from '@slipway/kernel';
import { CommandMessage, Handles, ReadModels, SlipwayCommand } from '@slipway/platform';
import type { ReleaseState } from '../domain/release';
import type { ParentStep, ReleaseEvent } from '../domain/release.events';
import type { ScheduleChildDeploymentCommand } from '../domain/schedule-deployment';
import { ReleaseHandler } from './release-handler';
import { scheduledAnswer } from './scheduled-answer';

/** A `deploy-release` step of another project asks for it, and waits. */
@SlipwayCommand('internal')
export class ScheduleChildDeployment extends CommandMessage {
  project!: string;
  version!: string;
  environment!: string;
  parent!: ParentStep;
}

@Handles(ScheduleChildDeployment)
export class ScheduleChildDeploymentHandler extends ReleaseHandler<ScheduleChildDeployment> {
  constructor(
    streams: Streams,
    models: ReadModels,
    private readonly environments: EnvironmentsReader,
    private readonly freezes: FreezesReader,
  ) {
    super(streams, models);
  }

  protected async command({ project, environment, parent, meta }: ScheduleChildDeployment): Promise<ScheduleChildDeploymentCommand> {
    const known = await this.environments.find(environment);
    if (!known)
      throw new DomainError('invalid', 'deployment.unknown-environment', `There is no environment ${environment}.`, { environment });
    const failureMode = known.failureMode ?? 'fail';
    const freezes = await this.freezes.of(project, meta.now);
    return { type: 'ScheduleChildDeployment', data: { environment, freezes, exclude: [], failureMode, priority: false, parent }, meta };
  }

  protected override async answer(handled: Handled<ReleaseState, ReleaseEvent>): Promise<unknown> {
    return scheduledAnswer(handled);
  }
}
