import {
  type Checkpoints,
  type Clock,
  hashedId,
  isRetryable,
  type Log,
  messageOf,
  type ReadStore,
  schemaName,
  type Streams,
  type SubscriptionHub,
} from '@slipway/kernel';
import type { CommandGateway } from '@slipway/platform';
import { deploymentStream } from '../domain/deployment';
import { deploymentDecider } from '../domain/deployment.decider';
import { followUp } from '../domain/follow-up';
import { type TimerKind, type TimerRow, timers, timersTable } from '../projections/timers';

export interface TimerTickDependencies {
  readonly store: ReadStore;
  readonly hub: SubscriptionHub;
  readonly checkpoints: Checkpoints;
  readonly gateway: CommandGateway;
  readonly streams: Streams;
  readonly clock: Clock;
  readonly log: Log;
}

const ASKS: Readonly<Record<TimerKind, string>> = {
  due: 'QueueDeployment',
  expiry: 'ExpireDeployment',
  'cancel-deadline': 'ExpireCancel',
  step: 'WakeStep',
};
const AT_ONCE = 100;
/** However far the next timer is: a clock that jumped is noticed by then. */
const LONGEST_WAIT_MS = 1_000;
const AFTER_TROUBLE_MS = 500;

/**
 * Sends the command of every timer that is due (decision 12). Any number of these may run: expected versions let one win, and a decider
 * that finds nothing to do says nothing.
 */
export class TimerTick {
  constructor(private readonly on: TimerTickDependencies) {}

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const { position, waitMs } = await this.tick();
        // New timers come with new events: whatever changes the rows wakes this up.
        if (waitMs > 0) await this.wake(position, waitMs, signal);
      } catch (error) {
        this.on.log.warn('timers could not be read or asked; trying again', { reason: messageOf(error) });
        await this.on.clock.sleep(AFTER_TROUBLE_MS, signal);
      }
    }
  }

  /** Asks for what is due; tells the position that this knew of, and how long nothing else is due. */
  private async tick(): Promise<{ position: bigint; waitMs: number }> {
    const now = this.on.clock.timestamp();
    const { rows, position } = await this.on.store.read(timers, async (snapshot) => ({
      rows: await snapshot.select(timersTable, { orderBy: ['at'], limit: AT_ONCE + 1 }),
      position: snapshot.position,
    }));
    const due = rows.slice(0, AT_ONCE).filter(({ at }) => at <= now);
    const next = rows[due.length];
    let reached = position;
    for (const row of due) {
      try {
        const handled = await this.ask(row);
        if (handled > reached) reached = handled;
      } catch (error) {
        // One timer that cannot be asked must not keep the others waiting.
        if (isRetryable(error)) throw error;
        this.on.log.error('a timer could not be asked', { reason: messageOf(error), ...row });
      }
    }
    if (due.length > 0) {
      // The rows of what was asked go away with its events: only then is it clear what is left.
      const gone = await this.on.checkpoints.waitFor(schemaName(timers), reached, LONGEST_WAIT_MS);
      if (gone && reached > position) return { position: reached, waitMs: 0 };
    }
    return { position, waitMs: next ? Math.min(LONGEST_WAIT_MS, Math.max(1, Date.parse(next.at) - this.on.clock.now())) : LONGEST_WAIT_MS };
  }

  /** Where another process runs the projection that one is woken by it: here a look now and then is enough. */
  private async wake(position: bigint, waitMs: number, signal: AbortSignal): Promise<void> {
    const own = this.on.hub.get(schemaName(timers));
    if (!own.active) return this.on.clock.sleep(waitMs, signal);
    const ended = new AbortController();
    const stop = () => ended.abort();
    signal.addEventListener('abort', stop, { once: true });
    await Promise.race([own.waitForChange(position, waitMs), this.on.clock.sleep(waitMs, ended.signal)]);
    signal.removeEventListener('abort', stop);
    ended.abort();
  }

  private async ask({ deployment, kind, step, at }: TimerRow): Promise<bigint> {
    const { state } = await this.on.streams.load(deploymentDecider, deploymentStream(deployment));
    const commandId = hashedId('timer', deployment, kind, step, at);
    const about = step === '' ? {} : { step };
    const meta = followUp(state, { actor: 'slipway/timers', commandId, ...about });
    const answer = await this.on.gateway.send(ASKS[kind], { deployment, ...about }, meta);
    return answer.position;
  }
}
