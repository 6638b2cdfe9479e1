import { Injectable } from '@nestjs/common';
import { type Environment, EnvironmentsReader } from '@slipway/environments/contract';
import { FreezesReader } from '@slipway/freezes/contract';
import { DomainError, type Handled, Streams } from '@slipway/kernel';
import { type CommandMessage, ReadModels } from '@slipway/platform';
import { knownRelease, type ReleaseState } from '../domain/release';
import type { ReleaseEvent } from '../domain/release.events';
import { scheduledDeployment } from '../domain/scheduled-deployment';
import { ReleaseHandler } from './release-handler';

/** A command that schedules a deployment of a release, answered with that Deployment. */
@Injectable()
export abstract class SchedulingHandler<M extends CommandMessage & { project: string; version: string }> extends ReleaseHandler<M> {
  constructor(
    streams: Streams,
    models: ReadModels,
    private readonly environments: EnvironmentsReader,
    protected readonly freezes: FreezesReader,
  ) {
    super(streams, models);
  }

  protected override creates(): boolean {
    return true;
  }

  /** `field`: where the request names it. Errors: DomainError `deployment.unknown-environment`. */
  protected async environment(slug: string, field = 'environment'): Promise<Environment> {
    const known = await this.environments.find(slug);
    if (known) return known;
    const text = `there is no environment ${slug}: create it first`;
    const errors = [{ pointer: `/${field}`, message: text }];
    const message = `The deployment cannot be scheduled: ${text}.`;
    throw new DomainError('invalid', 'deployment.unknown-environment', message, { environment: slug }, errors);
  }

  protected override async answer({ state, events }: Handled<ReleaseState, ReleaseEvent>): Promise<unknown> {
    const scheduled = events.find((event) => event.type === 'DeploymentScheduled');
    if (scheduled?.type !== 'DeploymentScheduled') throw new Error('an accepted deployment request scheduled nothing');
    return scheduledDeployment(scheduled.data, scheduled.metadata.actor, knownRelease(state).process.steps);
  }
}
