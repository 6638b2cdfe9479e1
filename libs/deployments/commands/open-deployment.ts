import { EnvironmentsReader, type FailureMode } from '@slipway/environments/contract';
import { defined, InfrastructureError, type StreamMode, Streams } from '@slipway/kernel';
import { CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import { ProjectsReader } from '@slipway/projects/contract';
import { type FreezeOverride, type ParentStep, ReleasesReader } from '@slipway/releases/contract';
import type { OpenDeploymentCommand } from '../domain/deployment.commands';
import { planned } from '../domain/plan';
import { DeploymentHandler } from './deployment-handler';

/** What was scheduled on the release, as its event says it. */
@SlipwayCommand('internal')
export class OpenDeployment extends CommandMessage {
  deployment!: string;
  project!: string;
  release!: string;
  environment!: string;
  at!: string;
  expiresAt?: string;
  excluded!: readonly string[];
  failureMode!: FailureMode | 'default';
  comment?: string;
  priority!: boolean;
  variablesSnapshot!: number;
  prompted?: Readonly<Record<string, string>>;
  redeployOf?: string;
  rollbackOf?: string;
  parent?: ParentStep;
  overrideFreeze?: FreezeOverride;
  requestedBy!: string;
}

@Handles(OpenDeployment)
export class OpenDeploymentHandler extends DeploymentHandler<OpenDeployment> {
  protected override readonly mode: StreamMode = 'any';

  constructor(
    streams: Streams,
    releases: ReleasesReader,
    private readonly environments: EnvironmentsReader,
    private readonly projects: ProjectsReader,
  ) {
    super(streams, releases);
  }

  protected async command(message: OpenDeployment): Promise<OpenDeploymentCommand> {
    const { deployment, project, release, environment, at, expiresAt, excluded, comment, priority, requestedBy, meta } = message;
    const { variablesSnapshot, prompted, redeployOf, rollbackOf, parent, overrideFreeze } = message;
    const [known, failureMode, supersede] = await Promise.all([
      this.releases.find(project, release),
      this.failureMode(message),
      this.projects.supersedesQueued(project),
    ]);
    if (!known)
      throw new InfrastructureError(
        'release.missing',
        `release ${release} of ${project} has no stream, though deployment ${deployment} was scheduled on it`,
        false,
      );
    const { steps } = known.process;
    const plan = steps.map((step) => planned(step, { environment, channel: known.channel, excluded }));
    const times = { at, expiresAt };
    const origin = { requestedBy, redeployOf, rollbackOf, parent };
    const options = { priority, failureMode, comment, variablesSnapshot, prompted, overrideFreeze };
    const opened = defined({ deployment, project, release, environment, ...times, ...options, ...origin, plan });
    return { type: 'OpenDeployment', data: { opened, supersede }, meta };
  }

  /** What the lifecycle schedules leaves it to the environment. */
  private async failureMode({ failureMode, environment }: OpenDeployment): Promise<FailureMode> {
    if (failureMode !== 'default') return failureMode;
    return (await this.environments.find(environment))?.failureMode ?? 'fail';
  }
}
