import type { Clock, LogStore } from '@slipway/kernel';
import type { DeploymentView } from '../domain/deployment-view';

/** Output that has not come so long after its attempt ended may never come: its worker died. */
const LONGEST_WAIT_MS = 3_000;
const LOOK_MS = 20;

/** Output comes by a way of its own and may be behind the events: waits for all of attempts that ended, within bounds. */
export async function outputArrived(logs: LogStore, clock: Clock, { id, steps }: Pick<DeploymentView, 'id' | 'steps'>): Promise<void> {
  const until = clock.now() + LONGEST_WAIT_MS;
  for (const step of steps) {
    for (const { number, token, log } of step.attempts) {
      if (!log) continue;
      const attempt = { deployment: id, step: step.name, attempt: number, token };
      while (!(await logs.holds(attempt, log.chunks)) && clock.now() < until) await clock.sleep(LOOK_MS);
    }
  }
}
