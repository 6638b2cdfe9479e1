import { FreezesReader } from '@slipway/freezes/contract';
import { Streams, Telemetry } from '@slipway/kernel';
import { type CommandAnswer, CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import { ReleasesReader } from '@slipway/releases/contract';
import type { KnownDeployment } from '../domain/deployment';
import type { StartDeploymentCommand } from '../domain/deployment.commands';
import { startVerdict } from '../domain/start-verdict';
import { DeploymentHandler } from './deployment-handler';

/** The lane was granted: eligibility is asked again. */
@SlipwayCommand('internal')
export class StartDeployment extends CommandMessage {
  deployment!: string;
}

@Handles(StartDeployment)
export class StartDeploymentHandler extends DeploymentHandler<StartDeployment> {
  constructor(
    streams: Streams,
    releases: ReleasesReader,
    private readonly freezes: FreezesReader,
    private readonly telemetry: Telemetry,
  ) {
    super(streams, releases);
  }

  override async execute(message: StartDeployment): Promise<CommandAnswer | undefined> {
    const answer = await super.execute(message);
    const { queuedAt } = (answer?.resource ?? {}) as Partial<KnownDeployment>;
    if (answer?.changed && queuedAt !== undefined)
      this.telemetry.metrics.waitedForLane(Math.max(0, Date.parse(message.meta.now) - Date.parse(queuedAt)) / 1_000);
    return answer;
  }

  protected async command({ deployment, meta }: StartDeployment): Promise<StartDeploymentCommand> {
    const { state, release, frozen } = await this.known(deployment);
    const freezes = await this.freezes.of(state.project, meta.now);
    const verdict = startVerdict(release, state, meta.now, freezes);
    return { type: 'StartDeployment', data: { verdict, frozen }, meta };
  }
}
