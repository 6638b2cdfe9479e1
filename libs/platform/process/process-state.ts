import type { Log } from '@slipway/kernel';

export type ProcessPhase = 'starting' | 'running' | 'draining' | 'stopped' | 'failed';

/** The named states of a process, told to its operator at every change. */
export class ProcessState {
  private phase: ProcessPhase = 'starting';

  constructor(private readonly log: Log) {}

  get current(): ProcessPhase {
    return this.phase;
  }

  enter(phase: ProcessPhase, why?: string): void {
    this.log.info(`${this.phase} → ${phase}${why === undefined ? '' : `: ${why}`}`);
    this.phase = phase;
  }
}
