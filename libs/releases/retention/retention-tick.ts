import { type Clock, hashedId, type Log, messageOf } from '@slipway/kernel';
import type { CommandGateway } from '@slipway/platform';
import type { RetentionVerdict } from '../domain/retention';
import type { Retentions } from '../queries/retentions';

export interface RetentionTickDependencies {
  readonly retentions: Retentions;
  readonly gateway: CommandGateway;
  readonly clock: Clock;
  readonly log: Log;
}

const BETWEEN_MS = 3_600_000;
const AFTER_TROUBLE_MS = 60_000;

/** Archives, every hour, what retention does not keep (domain.md §8). Any number of these may run: what one archived is nothing to another. */
export class RetentionTick {
  constructor(private readonly on: RetentionTickDependencies) {}

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.on;
    while (!signal.aborted) {
      try {
        await this.tick(signal);
        await clock.sleep(BETWEEN_MS, signal);
      } catch (error) {
        log.warn('retention could not be applied; trying again', { reason: messageOf(error) });
        await clock.sleep(AFTER_TROUBLE_MS, signal);
      }
    }
  }

  private async tick(signal: AbortSignal): Promise<void> {
    const { retentions } = this.on;
    for (const project of await retentions.projects()) {
      for (const verdict of await retentions.verdicts(project)) {
        if (signal.aborted) return;
        if (verdict.goes) await this.archive(verdict);
      }
    }
  }

  private async archive({ release: { project, version, deployments }, phases }: RetentionVerdict): Promise<void> {
    const id = hashedId('retention', project, version);
    const surplus = phases.map(({ phase, rule }) => ({ phase, rule }));
    const meta = { actor: 'slipway/retention', commandId: id, correlationId: id, causationId: id };
    await this.on.gateway.send('ArchiveRelease', { project, version, surplus, deployments: deployments.length }, meta);
  }
}
