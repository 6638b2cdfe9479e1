import {
  type AttemptRef,
  type Control,
  type Delivery,
  hashedId,
  isDomainError,
  type MessageBus,
  type Streams,
  TOPICS,
} from '@slipway/kernel';
import type { CommandGateway } from '@slipway/platform';
import { claimAnswer } from '../domain/attempts';
import { type DeploymentState, deploymentStream, outOf } from '../domain/deployment';
import { deploymentDecider } from '../domain/deployment.decider';
import { followUp } from '../domain/follow-up';
import type { AttemptLeases } from './attempt-leases';
import { readProgress, type WorkerWord } from './read-progress';

export interface ProgressIntakeDependencies {
  readonly bus: Pick<MessageBus, 'publish'>;
  readonly gateway: CommandGateway;
  readonly streams: Streams;
  readonly leases: AttemptLeases;
}

type Claimed = Extract<WorkerWord, { kind: 'claimed' }>;
type Ended = Extract<WorkerWord, { kind: 'outcome' }>;

/** Takes what workers say on `slipway.progress` and turns it into decisions; answers claims from the state after the decision. */
export class ProgressIntake {
  constructor(private readonly on: ProgressIntakeDependencies) {}

  /** Resolves when the word took effect and, for a claim, when its answer is on the bus: only then may its offset be committed. */
  async take(delivery: Delivery): Promise<void> {
    const word = readProgress(delivery.value);
    switch (word.kind) {
      case 'heartbeat':
        return this.on.leases.renew(word);
      case 'claimed':
        return this.claimed(word, delivery);
      case 'outcome':
        return this.ended(word, delivery);
      default:
        return word satisfies never;
    }
  }

  private async claimed(claim: Claimed, delivery: Delivery): Promise<void> {
    const { deployment, step, attempt, token, worker } = claim;
    const state = await this.decide('ClaimAttempt', claim, { step, attempt, token, worker }, delivery);
    const answer = !state || state.status === 'none' ? 'dropped' : claimAnswer(state, claim);
    if (answer === 'granted') await this.on.leases.give({ deployment, token, worker });
    const ref: AttemptRef = { deployment, step, attempt, token };
    const control: Control = answer === 'cancel' ? { ...ref, kind: 'cancel' } : { ...ref, kind: answer, worker };
    await this.on.bus.publish([{ topic: TOPICS.control, key: deployment, value: JSON.stringify(control) }]);
  }

  private async ended(word: Ended, delivery: Delivery): Promise<void> {
    const { deployment, step, attempt, token, worker, outcome } = word;
    const state = await this.decide('ReportAttempt', word, { step, attempt, token, worker, outcome }, delivery);
    const granted = state && outOf(state).some((one) => one.kind === 'attempt' && one.token === token && one.worker !== undefined);
    if (!granted) await this.on.leases.end({ deployment, token });
  }

  /** Undefined: there is no such deployment. The command's id is the delivery's, so that every claim is answered from the state of now. */
  private async decide(
    name: string,
    { deployment, step }: { deployment: string; step: string },
    data: object,
    { topic, partition, offset, publishedAt }: Delivery,
  ): Promise<DeploymentState | undefined> {
    try {
      const { state: known } = await this.on.streams.existing(deploymentDecider, deploymentStream(deployment));
      // With the time: a bus that was set up anew counts its offsets from the beginning.
      const commandId = hashedId('progress', topic, partition, String(offset), publishedAt);
      await this.on.gateway.send(name, { deployment, ...data }, followUp(known, { actor: 'slipway/worker', commandId, step }));
      return (await this.on.streams.load(deploymentDecider, deploymentStream(deployment))).state;
    } catch (error) {
      if (isDomainError(error) && error.kind === 'not-found') return undefined;
      throw error;
    }
  }
}
