import {
  type Clock,
  type Consumer,
  hashedId,
  isRetryable,
  type Log,
  type MessageBus,
  messageOf,
  type ReadStore,
  type Streams,
  TOPICS,
} from '@slipway/kernel';
import type { CommandGateway } from '@slipway/platform';
import { deploymentStream } from '../domain/deployment';
import { deploymentDecider } from '../domain/deployment.decider';
import { followUp } from '../domain/follow-up';
import { type AttemptRow, attempts, attemptsTable } from '../projections/attempts';
import type { FreeSlots } from './free-slots';
import { leaseKey, type LeaseRow, type AttemptLeases } from './attempt-leases';

export interface AttemptJudgeDependencies {
  readonly bus: Pick<MessageBus, 'partitionOf'>;
  readonly consumer: Pick<Consumer, 'partitions'>;
  readonly gateway: CommandGateway;
  readonly streams: Streams;
  readonly store: ReadStore;
  readonly leases: AttemptLeases;
  readonly slots: FreeSlots;
  readonly clock: Clock;
  readonly log: Log;
  readonly leaseSeconds: number;
}

const LOOK_MS = 1_000;
/** A task that nobody claimed for this long while one worker of its pool was free throughout is dispatched again. */
const UNCLAIMED_MS = 10_000;

/** Judges leases and unclaimed tasks, for the partitions of progress that this process has followed long enough (decision 8). */
export class AttemptJudge {
  private lookedAt: number | undefined;

  constructor(private readonly on: AttemptJudgeDependencies) {}

  /** Judges once a second until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.judge();
      } catch (error) {
        this.on.log.warn('leases could not be judged; trying again', { reason: messageOf(error), retryable: isRetryable(error) });
      }
      await this.on.clock.sleep(LOOK_MS, signal);
    }
  }

  async judge(): Promise<void> {
    const out = await this.on.store.read(attempts, (snapshot) => snapshot.select(attemptsTable));
    if (this.lostTrackOfTime()) return this.beginAnew(out);
    const steady = this.steady();
    if (steady.size === 0) return;
    const mine = out.filter((row) => steady.has(this.on.bus.partitionOf(TOPICS.progress, row.deployment)));
    const leases = await this.on.leases.all();
    for (const row of mine) {
      try {
        if (row.worker === null) await this.judgeUnclaimed(row);
        else await this.judgeRunning({ ...row, worker: row.worker }, leases.get(leaseKey(row)));
      } catch (error) {
        // One attempt that cannot be judged must not keep the others waiting.
        if (isRetryable(error)) throw error;
        this.on.log.error('an attempt could not be judged', { reason: messageOf(error), deployment: row.deployment, step: row.step });
      }
    }
    await this.on.leases.forgetAllBut(out);
  }

  /** The clock was set, or this process stood still: how long a worker was silent is not known then. */
  private lostTrackOfTime(): boolean {
    const now = this.on.clock.now();
    const passed = now - (this.lookedAt ?? now);
    this.lookedAt = now;
    return passed < 0 || passed > (this.on.leaseSeconds * 1_000) / 3;
  }

  private async beginAnew(out: readonly AttemptRow[]): Promise<void> {
    for (const row of out) if (row.worker !== null) await this.on.leases.give({ ...row, worker: row.worker });
  }

  /** Held and kept up with for one lease: only then is silence silence. */
  private steady(): Set<number> {
    const since = this.on.clock.now() - this.on.leaseSeconds * 1_000;
    const held = this.on.consumer.partitions().filter(({ caughtUpSince }) => caughtUpSince !== undefined && caughtUpSince <= since);
    return new Set(held.map(({ partition }) => partition));
  }

  private async judgeRunning(row: AttemptRow & { worker: string }, lease: LeaseRow | undefined): Promise<void> {
    if (lease?.worker !== row.worker) return this.on.leases.give(row);
    if (lease.expiresAt > this.on.clock.now()) return;
    const cause = { code: 'step.lost', message: `its worker was silent for more than ${this.on.leaseSeconds} s: what it did is unknown` };
    const { deployment, step, attempt, worker } = row;
    this.on.log.warn('an attempt is lost: its worker was silent for more than a lease', { deployment, step, attempt, worker });
    await this.send('LoseAttempt', row, { cause });
    await this.on.leases.end(row);
  }

  private async judgeUnclaimed(row: AttemptRow): Promise<void> {
    if (Math.abs(this.on.clock.now() - Date.parse(row.since)) < UNCLAIMED_MS || !this.on.slots.freeFor(row.pool, UNCLAIMED_MS)) return;
    const { deployment, step, attempt, pool } = row;
    this.on.log.warn('a task is dispatched again: nobody took it, though a worker was free', { deployment, step, attempt, pool });
    await this.send('RedispatchAttempt', row, {});
  }

  private async send(name: string, { deployment, step, attempt, token }: AttemptRow, data: object): Promise<void> {
    const { state } = await this.on.streams.load(deploymentDecider, deploymentStream(deployment));
    const commandId = hashedId(name, deployment, token);
    const meta = followUp(state, { actor: 'slipway/leases', commandId, step });
    await this.on.gateway.send(name, { deployment, step, attempt, token, ...data }, meta);
  }
}
