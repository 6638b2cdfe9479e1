import { Injectable } from '@nestjs/common';
import { defined, type Handled, Streams } from '@slipway/kernel';
import { CommandMessage, Handles, IsText, IsTextOfBytes, IsTextRecord, Optional, SlipwayCommand } from '@slipway/platform';
import { ReleasesReader } from '@slipway/releases/contract';
import { type DeploymentState, deploymentStream, knownDeployment } from '../domain/deployment';
import type { ResolveInterruptionCommand, TakeInterruptionCommand } from '../domain/deployment.commands';
import type { DeploymentEvent } from '../domain/deployment.events';
import { DeploymentStreams } from '../queries/deployment-streams';
import { InterruptionsReader } from '../queries/interruptions.reader';
import { DeploymentDecisionHandler } from './deployment-handler';

abstract class InterruptionMessage extends CommandMessage {
  @IsText(1, 100) interruption!: string;
}

/** Whoever takes it answers it: a second person is refused. */
@SlipwayCommand('public')
export class TakeInterruption extends InterruptionMessage {}

@SlipwayCommand('public')
export class ResolveInterruption extends InterruptionMessage {
  /** One of those it offers. */
  @IsText(1, 50) answer!: string;
  @Optional() @IsTextOfBytes(16 * 1024) notes?: string;
  /** Of a manual intervention: what later steps read as outputs of its step. */
  @Optional() @IsTextRecord(100, 10_000) outputs?: Record<string, string>;
}

@Injectable()
abstract class InterruptionHandler<M extends InterruptionMessage> extends DeploymentDecisionHandler<M> {
  constructor(
    streams: Streams,
    releases: ReleasesReader,
    protected readonly asked: InterruptionsReader,
    private readonly deployments: DeploymentStreams,
  ) {
    super(streams, releases);
  }

  protected async stream({ interruption }: M): Promise<string> {
    return deploymentStream(await this.asked.deploymentOf(interruption));
  }

  protected override answer({ state, version }: Handled<DeploymentState, DeploymentEvent>, { interruption }: M): Promise<unknown> {
    return this.deployments.interruptionAt(knownDeployment(state).deployment, interruption, version);
  }
}

@Handles(TakeInterruption)
export class TakeInterruptionHandler extends InterruptionHandler<TakeInterruption> {
  protected command({ interruption, meta }: TakeInterruption): TakeInterruptionCommand {
    return { type: 'TakeInterruption', data: { interruption }, meta };
  }
}

@Handles(ResolveInterruption)
export class ResolveInterruptionHandler extends InterruptionHandler<ResolveInterruption> {
  protected async command({ interruption, answer, notes, outputs, meta }: ResolveInterruption): Promise<ResolveInterruptionCommand> {
    const frozen = await this.frozen(await this.asked.deploymentOf(interruption));
    return { type: 'ResolveInterruption', data: defined({ interruption, answer, notes, outputs, frozen }), meta };
  }
}
