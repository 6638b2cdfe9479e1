import {
  type Checkpoints,
  type CommandMeta,
  EventConsumer,
  hashedId,
  messageOf,
  type OutboundHttp,
  type Random,
  type RecordedEvent,
  schemaName,
  type Secrets,
  type Streams,
  type SubscriptionPorts,
} from '@slipway/kernel';
import { KeyQueue } from '@slipway/kernel/streams/key-queue';
import { activeWebhook, type Webhook, webhookStream } from '../domain/webhook';
import { webhookDecider } from '../domain/webhook.decider';
import type { WebhookEvent } from '../domain/webhook.events';
import { webhookList, webhooksTable } from '../projections/webhook-list';
import { Deliveries, deliveriesSchema } from './deliveries';
import { type RelayParts, type Run, runName, WebhookRelay } from './webhook-relay';
import { WebhookSender } from './webhook-sender';

export interface WebhookDispatchDependencies {
  readonly ports: SubscriptionPorts;
  readonly checkpoints: Checkpoints;
  readonly streams: Streams;
  readonly random: Random;
  readonly outbound: OutboundHttp;
  readonly secrets: Secrets;
  /** Sends a command of Slipway to itself. */
  readonly send: (command: string, data: object, meta: Omit<CommandMeta, 'now'>) => Promise<unknown>;
}

const ACTOR = 'slipway/webhooks';
const PAGE = 200;
const LOOK_MS = 2_000;

/**
 * Keeps a relay running for every enabled webhook, and one for its replay: those that there are at the start, and those that come, change and go. A new one
 * begins behind its creation. Where the read store was lost nobody knows how far each had come: they go on at the log's head, and a replay can send the rest.
 */
export class WebhookDispatch extends EventConsumer {
  protected readonly kind = 'relay';
  private readonly relays = new Map<string, WebhookRelay>();
  private readonly parts: RelayParts;
  /** Looking at a webhook and acting on what was seen belong together. */
  private readonly looks = new KeyQueue();
  private signal = AbortSignal.abort();
  private ending = new AbortController();
  /** Resolves when what there was to send at the start is being sent. */
  begun: Promise<unknown> = Promise.resolve();

  constructor(private readonly on: WebhookDispatchDependencies) {
    super({ name: 'webhooks', startsAt: 'head' }, on.ports, {});
    this.parts = {
      ports: on.ports,
      random: on.random,
      sender: new WebhookSender(on.outbound, on.secrets, on.ports.clock),
      webhook: (slug) => this.webhook(slug),
      gone: async (webhook, event, reason) => {
        const commandId = hashedId(ACTOR, 'gone', webhook, event.id, on.ports.clock.timestamp());
        const meta = { actor: ACTOR, commandId, correlationId: event.metadata.correlationId, causationId: event.id };
        await on.send('DisableWebhook', { webhook, reason: `While event ${event.id} was sent, ${reason}.` }, meta);
      },
      replayed: async (webhook, { request }) => {
        const commandId = hashedId(ACTOR, 'replayed', webhook, request);
        await on.send('FinishReplay', { webhook, request }, { actor: ACTOR, commandId, correlationId: request, causationId: request });
      },
    };
  }

  override async start(signal: AbortSignal, mine?: () => boolean): Promise<void> {
    this.ending = new AbortController();
    this.signal = AbortSignal.any([signal, this.ending.signal]);
    await super.start(signal, mine);
    this.begun = this.untilAvailable(() => this.begin(), this.signal).catch((error: unknown) =>
      this.on.ports.log.error('webhooks could not be begun: they are served after a restart', { reason: messageOf(error) }),
    );
  }

  override async stop(): Promise<void> {
    this.ending.abort();
    await super.stop();
    await this.begun;
    await Promise.all([...this.relays.values()].map((relay) => relay.stop()));
    this.relays.clear();
  }

  /** Starts what there is to send, as the list of webhooks says once it is whole. */
  private async begin(): Promise<void> {
    const { ports, checkpoints } = this.on;
    const head = await ports.eventStore.head();
    // Of a webhook that was created just before the process died, it is said first where it begins.
    for (const name of [this.name, schemaName(webhookList)]) {
      while (!(await checkpoints.waitFor(name, head, LOOK_MS))) if (this.signal.aborted) return;
    }
    for (let after: string[] = []; !this.signal.aborted;) {
      const query = { limit: PAGE, ...(after.length > 0 ? { after } : {}) };
      const rows = await ports.readStore.read(webhookList, (snapshot) => snapshot.select(webhooksTable, query));
      for (const { slug } of rows) await this.look(slug);
      if (rows.length < PAGE) return;
      after = [rows.at(-1)!.slug];
    }
  }

  protected override async prepare(): Promise<void> {
    await super.prepare();
    await this.on.ports.readStore.prepare(deliveriesSchema);
  }

  protected override async handle(event: RecordedEvent): Promise<void> {
    if (!event.stream.startsWith(`${webhookDecider.category}-`)) return;
    const { type, data } = event as unknown as WebhookEvent;
    if (type === 'WebhookCreated') await this.beginAt({ slug: data.slug }, event.position);
    await this.look(data.slug, type === 'WebhookChanged');
  }

  private async webhook(slug: string): Promise<Webhook | undefined> {
    return activeWebhook((await this.on.streams.load(webhookDecider, webhookStream(slug))).state);
  }

  /** Makes what runs for a webhook what should run for it now. */
  private look(slug: string, changed = false): Promise<void> {
    return this.looks.run(slug, async () => {
      const webhook = await this.webhook(slug);
      const known: Run[] = webhook ? [{ slug }, ...(webhook.replay ? [{ slug, replay: webhook.replay }] : [])] : [];
      const runs = webhook?.enabled ? known : [];
      const wanted = new Set(runs.map(runName));
      for (const [name, relay] of this.relays) {
        if (!isOf(slug, name) || (wanted.has(name) && !changed)) continue;
        await relay.stop();
        this.relays.delete(name);
        // A disabled one goes on from there once it is enabled again.
        if (!known.some((run) => runName(run) === name)) await this.on.ports.readStore.forget(name);
      }
      for (const run of runs) if (!this.relays.has(runName(run))) await this.startRelay({ ...run, atOnce: changed });
      if (!webhook) await new Deliveries(this.on.ports.readStore, slug).forget();
    });
  }

  private async startRelay(run: Run): Promise<void> {
    if (run.replay) await this.beginAt(run, BigInt(run.replay.from) - 1n);
    if (this.signal.aborted) return;
    const relay = new WebhookRelay(run, this.parts);
    this.relays.set(runName(run), relay);
    await relay.start(this.signal, this.mine);
  }

  /** Where a run that has no checkpoint yet begins: behind a position, which the log has. */
  private async beginAt(run: Run, position: bigint): Promise<void> {
    const { eventStore, readStore } = this.on.ports;
    if (await readStore.checkpoint(runName(run))) return;
    const head = await eventStore.head();
    const within = position < 0n ? 0n : position > head ? head : position;
    await readStore.commit(runName(run), undefined, { logId: await eventStore.logId(), position: within }, []);
  }
}

function isOf(slug: string, run: string): boolean {
  return run === webhookStream(slug) || run.startsWith(`${webhookStream(slug)}/`);
}
