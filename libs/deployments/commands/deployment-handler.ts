import type { Handled, StreamMode } from '@slipway/kernel';
import { type CommandMessage, DecisionHandler } from '@slipway/platform';
import { type DeploymentState, deploymentStream } from '../domain/deployment';
import type { DeploymentCommand } from '../domain/deployment.commands';
import { deploymentDecider } from '../domain/deployment.decider';
import type { DeploymentEvent } from '../domain/deployment.events';

/** A command about one deployment, answered with its folded state. */
export abstract class DeploymentHandler<M extends CommandMessage & { deployment: string }> extends DecisionHandler<
  M,
  DeploymentCommand,
  DeploymentState,
  DeploymentEvent
> {
  protected readonly decider = deploymentDecider;
  protected readonly mode: StreamMode = 'existing';

  protected stream({ deployment }: M): string {
    return deploymentStream(deployment);
  }

  protected answer({ state }: Handled<DeploymentState, DeploymentEvent>, _message: M): unknown {
    return state;
  }
}
