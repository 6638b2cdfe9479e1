import { type Clock, type Log, messageOf, TOPICS } from '@slipway/kernel';
import type { GroupOffsets } from './group-offsets';
import type { MessageLog } from './message-log';

const ROUND_EVERY = 60_000;
const PER_PARTITION = 500;

export interface RetentionSettings {
  /** How long a message is kept that every group of its topic acknowledged, milliseconds. Default a day. */
  readonly acknowledgedMs?: number;
  /** How long a message is kept in a partition that no group ever consumed, milliseconds. Default seven days. */
  readonly unreadMs?: number;
}

const DAY = 86_400_000;

/**
 * Forgets old messages in small rounds beside the publishing, so that an idle bus does nothing and a busy one never stalls.
 * What a group has yet to acknowledge, and the dead letters, are never forgotten.
 */
export class Retention {
  private nextRound = 0;

  constructor(
    private readonly on: { readonly log: MessageLog; readonly clock: Clock; readonly report: Log },
    private readonly offsets: GroupOffsets,
    private readonly settings: RetentionSettings,
  ) {}

  trimIfDue(): void {
    const { clock, report } = this.on;
    if (clock.now() < this.nextRound) return;
    this.nextRound = clock.now() + ROUND_EVERY;
    try {
      if (this.round()) this.nextRound = clock.now();
    } catch (error) {
      report.warn('old messages could not be trimmed yet', { reason: messageOf(error) });
    }
  }

  /** True when there may be more to do. */
  private round(): boolean {
    const { log, clock } = this.on;
    let more = false;
    for (const { id, topic } of log.partitions()) {
      if (topic === TOPICS.deadLetters) continue;
      const acknowledged = this.offsets.acknowledgedByAll(id);
      const { acknowledgedMs = DAY, unreadMs = 7 * DAY } = this.settings;
      const keep = acknowledged === undefined ? unreadMs : acknowledgedMs;
      const trimmed = log.trim(id, acknowledged ?? log.end(id), clock.now() - keep, PER_PARTITION);
      more ||= trimmed === PER_PARTITION;
    }
    return more;
  }
}
