import { type Clock, CatchUpSubscription, type Random, type RecordedEvent, type SubscriptionPorts } from '@slipway/kernel';
import { matchesFilter } from '../domain/event-filter';
import { type Replay, type Webhook, webhookStream } from '../domain/webhook';
import { Deliveries, type Delivery } from './deliveries';
import { afterTry, LONGEST_PAUSE_MS } from './retry-policy';
import type { WebhookSender } from './webhook-sender';

/** Events read at a time: all that a webhook whose receiver is slow or dead keeps in memory. */
const READ_AT_ONCE = 20;

/** What one relay sends: what happens, or a replay of what did. */
export interface Run {
  readonly slug: string;
  readonly replay?: Replay;
  /** Somebody changed the webhook: what was to be tried again later is tried now. */
  readonly atOnce?: boolean;
}

export interface RelayParts {
  readonly ports: SubscriptionPorts;
  readonly random: Random;
  readonly sender: WebhookSender;
  /** As it is now; undefined: deleted. */
  readonly webhook: (slug: string) => Promise<Webhook | undefined>;
  /** The receiver wants no more. */
  readonly gone: (slug: string, event: RecordedEvent, reason: string) => Promise<void>;
  /** All of a replay is done. */
  readonly replayed: (slug: string, replay: Replay) => Promise<void>;
}

/** Name of a run's checkpoint. */
export function runName({ slug, replay }: Run): string {
  return replay ? `${webhookStream(slug)}/replay-${replay.request}` : webhookStream(slug);
}

/**
 * Sends events to one receiver: each at least once and one after another, in log order. The log is the queue: an event that cannot be delivered holds up the
 * later ones, of this webhook alone, until it is given up.
 */
export class WebhookRelay extends CatchUpSubscription {
  protected readonly kind = 'relay';
  private readonly deliveries: Deliveries;
  private readonly clock: Clock;
  /** The one that waits for its next try. */
  private pending: Delivery | undefined;
  private atOnce: boolean;

  constructor(
    private readonly task: Run,
    private readonly on: RelayParts,
  ) {
    super(runName(task), 'head', on.ports, { maxBatch: READ_AT_ONCE });
    this.deliveries = new Deliveries(on.ports.readStore, task.slug);
    this.clock = on.ports.clock;
    this.atOnce = task.atOnce ?? false;
  }

  protected override async prepare(): Promise<void> {
    this.pending = await this.deliveries.pending(this.task.replay !== undefined);
  }

  protected override async take(events: readonly RecordedEvent[], signal: AbortSignal): Promise<void> {
    const { slug, replay } = this.task;
    for (const event of events) {
      if (replay && event.position > BigInt(replay.to)) return this.on.replayed(slug, replay);
      if (!(await this.pass(event, signal))) return;
      this.done = event.position;
    }
    this.saveSoon();
  }

  /** True when an event is done with: delivered, given up, or not wanted. False when the signal aborted before. */
  private async pass(event: RecordedEvent, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const webhook = await this.on.webhook(this.task.slug);
      const pending = this.pending?.position === event.position ? this.pending : undefined;
      if (!webhook?.enabled) {
        // Disabled or deleted a moment ago: whoever started this relay is about to stop it.
        await this.clock.sleep(LONGEST_PAUSE_MS, signal);
      } else if (!(await this.wants(webhook, event))) {
        if (pending) await this.deliveries.drop(pending);
        this.pending = undefined;
        return true;
      } else {
        const before = pending ?? this.untried(event);
        if (!(await this.isTime(before, signal))) return false;
        const after = await this.try(webhook, before, event, signal);
        this.pending = after?.state === 'retrying' ? after : undefined;
        if (!this.pending) return after !== undefined;
      }
    }
    return false;
  }

  private async wants({ filter }: Webhook, event: RecordedEvent): Promise<boolean> {
    if (!matchesFilter(filter, event)) return false;
    return !this.task.replay?.deadLettersOnly || (await this.deliveries.find(event.position, false))?.state === 'dead';
  }

  /** Waits for the time of the next try, though never longer than any pause: a clock that was set back must not stop it. False when the signal aborted. */
  private async isTime({ nextAt }: Delivery, signal: AbortSignal): Promise<boolean> {
    const wait = nextAt === null || this.atOnce ? 0 : Date.parse(nextAt) - this.clock.now();
    this.atOnce = false;
    if (wait > 0) await this.clock.sleep(Math.min(wait, LONGEST_PAUSE_MS), signal);
    return !signal.aborted;
  }

  /** One try, and what came of it, kept; undefined when the signal aborted before it was: the event is sent again later then. */
  private async try(webhook: Webhook, before: Delivery, event: RecordedEvent, signal: AbortSignal): Promise<Delivery | undefined> {
    this.refuseUnlessMine();
    const outcome = await this.on.sender.send(webhook, event, { replay: before.replay, signal });
    if (signal.aborted) return undefined;
    // Whoever slept meanwhile must not write over what its successor has kept.
    this.refuseUnlessMine();
    const after = afterTry(before, outcome, { now: this.clock.timestamp(), fraction: this.on.random.fraction() });
    if (after.state === 'retrying') {
      await this.deliveries.keep(after);
      if (outcome.kind === 'gone') await this.on.gone(webhook.slug, event, outcome.error);
      return after;
    }
    if (after.state === 'dead') {
      const facts = { event: event.id, position: event.position.toString(), tries: after.tries, reason: after.error };
      this.ports.log.warn(`webhook ${webhook.slug}: gave up an event`, facts);
    }
    return (await this.save(event.position, await this.deliveries.closing(after), signal)) ? after : undefined;
  }

  private untried({ position, id, type, stream }: RecordedEvent): Delivery {
    const of = { webhook: this.task.slug, replay: this.task.replay !== undefined, position, event: id, type, stream };
    return { ...of, state: 'retrying', tries: 0, firstAt: '', lastAt: '', nextAt: null, status: null, error: null };
  }
}
