import { defined, durationMs, InfrastructureError, type Reason, type StreamMode, Streams } from '@slipway/kernel';
import { Handles, SlipwayCommand, CommandMessage } from '@slipway/platform';
import { DEFAULT_POOL, DEFAULT_STEP_TIMEOUT, type Step } from '@slipway/projects/contract';
import { ReleasesReader } from '@slipway/releases/contract';
import type { OpenDeploymentCommand } from '../domain/deployment.commands';
import type { PlannedStep } from '../domain/deployment.events';
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
  failureMode!: 'fail';
  comment?: string;
  priority!: boolean;
  variablesSnapshot!: number;
  requestedBy!: string;
}

@Handles(OpenDeployment)
export class OpenDeploymentHandler extends DeploymentHandler<OpenDeployment> {
  protected override readonly mode: StreamMode = 'any';

  constructor(
    streams: Streams,
    private readonly releases: ReleasesReader,
  ) {
    super(streams);
  }

  protected async command(message: OpenDeployment): Promise<OpenDeploymentCommand> {
    const {
      deployment,
      project,
      release,
      environment,
      at,
      expiresAt,
      excluded,
      failureMode,
      comment,
      priority,
      variablesSnapshot,
      requestedBy,
      meta,
    } = message;
    const known = await this.releases.find(project, release);
    if (!known)
      throw new InfrastructureError(
        'release.missing',
        `release ${release} of ${project} has no stream, though deployment ${deployment} was scheduled on it`,
        false,
      );
    const plan = known.process.steps.map((step) => planned(step, environment, excluded));
    const asked = {
      deployment,
      project,
      release,
      environment,
      at,
      expiresAt,
      priority,
      failureMode,
      comment,
      requestedBy,
      variablesSnapshot,
      plan,
    };
    return { type: 'OpenDeployment', data: defined(asked), meta };
  }
}

function planned(step: Step, environment: string, excluded: readonly string[]): PlannedStep {
  return defined({
    name: step.name,
    type: step.type,
    pool: step.pool ?? DEFAULT_POOL,
    timeoutMs: durationMs(step.timeout ?? DEFAULT_STEP_TIMEOUT) ?? 0,
    excluded: excluded.includes(step.name),
    skip: notHere(step, environment),
  });
}

function notHere({ name, environments, excludeEnvironments }: Step, environment: string): Reason | undefined {
  const here = environments.length > 0 ? environments.includes(environment) : !excludeEnvironments.includes(environment);
  if (here) return undefined;
  return { code: 'not-this-environment', message: `Step ${name} does not run in ${environment}.`, facts: { environment }, events: [] };
}
