import { Injectable } from '@nestjs/common';
import { DomainError } from '@slipway/kernel';
import { ReadModels } from '@slipway/platform';
import { interruptions, interruptionsTable } from '../projections/interruptions';

/** Which deployment asks: an interruption is known by its own id only. */
@Injectable()
export class InterruptionsReader {
  constructor(private readonly models: ReadModels) {}

  /** From rows that reflect the log's head as of this call. Errors: DomainError `interruption.not-found`. */
  async deploymentOf(interruption: string): Promise<string> {
    const row = await this.models.asOfHead(interruptions, (snapshot) => snapshot.get(interruptionsTable, interruption));
    if (!row) throw interruptionNotFound(interruption);
    return row.deployment;
  }
}

export function interruptionNotFound(interruption: string): DomainError {
  return new DomainError('not-found', 'interruption.not-found', `There is no interruption ${interruption}.`, { interruption });
}
