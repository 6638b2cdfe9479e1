import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { NodeOutboundHttp } from '@slipway/adapters/outbound-http/node/node-outbound-http';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { AesGcmSecrets } from '@slipway/adapters/secrets/aes-gcm/aes-gcm-secrets';
import { environmentDecider } from '@slipway/environments/domain/environment.decider';
import { environmentEvents } from '@slipway/environments/domain/environment.events';
import {
  type CommandMeta,
  EgressPolicy,
  EventCatalogue,
  Ids,
  ProjectionRunner,
  type ReadStore,
  Streams,
  Checkpoints,
  SubscriptionHub,
} from '@slipway/kernel';
import { eventually, ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import { RememberingLog } from '@slipway/kernel/testing/subscription-fixture';
import { LocalServer, type Serve, type ServedRequest } from '../../../test/support/local-server';
import { type Effect, Life, MortalClock, MortalEventStore, MortalReadStore } from '../../../test/walk/mortal-ports';
import type { EventFilter } from '../domain/event-filter';
import { secretPlace, webhookStream } from '../domain/webhook';
import { type WebhookCommand, webhookDecider } from '../domain/webhook.decider';
import { webhookEvents } from '../domain/webhook.events';
import { webhookList } from '../projections/webhook-list';
import { deliveriesSchema, deliveriesTable, type Delivery } from './deliveries';
import { REFUSALS } from './retry-policy';
import { WebhookDispatch } from './webhook-dispatch';

export const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** A receiver that works, until it is told otherwise. */
export class Receiver {
  answer: Serve = (response) => void response.writeHead(204).end();

  private constructor(readonly server: LocalServer) {}

  static async start(): Promise<Receiver> {
    const server: LocalServer = await LocalServer.start((response, request) => receiver.answer(response, request));
    const receiver: Receiver = new Receiver(server);
    return receiver;
  }

  status(status: number, headers: Record<string, string> = {}): void {
    this.answer = (response) => void response.writeHead(status, headers).end();
  }

  get requests(): readonly ServedRequest[] {
    return this.server.requests;
  }

  /** What the events that arrived are about, in their order: `WebhookChanged chat`. */
  get told(): string[] {
    return this.requests.map(({ body }) => {
      const { type, data } = JSON.parse(body) as { type: string; data: { data: { slug: string } } };
      return `${type.slice('slipway.'.length)} ${data.data.slug}`;
    });
  }

  /** Waits for so many requests, and for no more. */
  async got(count: number): Promise<readonly ServedRequest[]> {
    await eventually(() => this.requests.length >= count, `${count} requests, not ${this.requests.length}`);
    await settle();
    expect(this.requests.length).toBe(count);
    return this.requests;
  }
}

/** Webhooks and environments over a log and rows that outlive restarts, on virtual time, with real receivers. */
export class WebhookSystem {
  readonly clock = new ManualClock();
  readonly log = new RememberingLog();
  readonly random = new SeededRandom('webhooks');
  readonly ids = new Ids(this.clock, this.random);
  readonly events = new MemoryEventStore(this.clock, this.ids);
  rows: ReadStore = new SqliteReadStore(':memory:');
  readonly secrets = new AesGcmSecrets(new Uint8Array(32), this.random);
  private readonly catalogue = new EventCatalogue([webhookEvents, environmentEvents]);
  private readonly receivers: Receiver[] = [];
  /** Told of each effect of the process, which it may kill there. */
  after: (effect: Effect, life: Life) => void = () => undefined;
  private running: { hub: SubscriptionHub; ending: AbortController; streams: Streams; life: Life } | undefined;

  /** Resolves when it runs, or was killed while starting. `mine`: whether it holds its leases. */
  async start(mine: () => boolean = () => true): Promise<void> {
    const life = new Life((effect, dying) => this.after(effect, dying));
    const died = new Promise<void>((resolve) => life.signal.addEventListener('abort', () => resolve()));
    await Promise.race([this.begin(life, mine), died]);
  }

  private async begin(life: Life, mine: () => boolean): Promise<void> {
    const { catalogue, log, random, secrets, ids } = this;
    const clock = new MortalClock(this.clock, life);
    const eventStore = new MortalEventStore(this.events, life);
    const ports = { eventStore, readStore: new MortalReadStore(this.rows, life), catalogue, clock, log };
    const streams = new Streams({ store: eventStore, catalogue, clock, random, ids });
    const outbound = new NodeOutboundHttp({ clock, policy: new EgressPolicy() });
    const send = (type: string, { webhook, ...data }: Record<string, unknown>, meta: Omit<CommandMeta, 'now'>) =>
      decide(streams, String(webhook), { type, data, meta: { ...meta, now: clock.timestamp() } } as unknown as WebhookCommand);
    const hub = new SubscriptionHub();
    const checkpoints = new Checkpoints(hub, ports.readStore, clock);
    const dispatch = new WebhookDispatch({ ports, checkpoints, streams, random, outbound, secrets, send: send as never });
    for (const subscription of [new ProjectionRunner(webhookList, ports), dispatch]) hub.add(subscription);
    const ending = new AbortController();
    this.running = { hub, ending, streams, life };
    await Promise.all(hub.all().map((subscription) => subscription.start(ending.signal, mine)));
    await dispatch.begun;
  }

  /** It is dead, or was never started. */
  get dead(): boolean {
    return this.running?.life.over ?? true;
  }

  async stop(): Promise<void> {
    if (!this.dead) {
      this.running?.ending.abort();
      await Promise.all((this.running?.hub.all() ?? []).map((subscription) => subscription.stop()));
    }
    this.running = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    for (const { server } of this.receivers) await server.stop();
    await this.rows.close();
  }

  async receiver(): Promise<Receiver> {
    const receiver = await Receiver.start();
    this.receivers.push(receiver);
    return receiver;
  }

  /** A webhook; resolves when it is listened to. */
  async webhook(slug: string, url: string, filter: EventFilter = { types: ['EnvironmentCreated'] }): Promise<void> {
    await this.webhookUnnoticed(slug, url, filter);
    await this.noticed();
  }

  /** The same while nothing runs. */
  async webhookUnnoticed(slug: string, url: string, filter: EventFilter = { types: ['EnvironmentCreated'] }): Promise<void> {
    const secret = this.secrets.seal(SECRET, secretPlace(slug));
    await this.ask(slug, { type: 'CreateWebhook', data: { slug, url, filter, enabled: true, secret } });
  }

  ask(slug: string, command: Omit<Extract<WebhookCommand, { type: 'CreateWebhook' }>, 'meta'> | { type: string; data: object }) {
    return decide(this.streams, slug, { ...command, meta: this.meta() } as WebhookCommand);
  }

  /** Environments come to be, one after another. Returns the position of the last. */
  async happened(...slugs: string[]): Promise<bigint> {
    for (const slug of slugs) {
      const command = { type: 'CreateEnvironment' as const, data: { slug }, meta: this.meta() };
      await this.streams.handle(environmentDecider, `environment-${slug}`, command, 'new');
    }
    return this.events.head();
  }

  /** What the events so far say of webhooks is acted on. */
  async noticed(): Promise<void> {
    const head = await this.events.head();
    expect(await this.running!.hub.get('webhooks').waitFor(head, 1_000)).toBe(true);
  }

  deliveries(webhook: string): Promise<Delivery[]> {
    return this.rows.read(deliveriesSchema, (snapshot) => snapshot.select(deliveriesTable, { where: { webhook } }));
  }

  /** Waits for a delivery in this state, and returns it. */
  async delivery(webhook: string, slug: string, state: Delivery['state'], tries?: number): Promise<Delivery> {
    let found: Delivery | undefined;
    let looking: Promise<void> | undefined;
    const look = async () => {
      const all = await this.deliveries(webhook);
      found = all.find((one) => one.stream.endsWith(`-${slug}`) && one.state === state && (tries === undefined || one.tries === tries));
      looking = undefined;
    };
    await eventually(() => {
      looking ??= look();
      return found !== undefined;
    }, `${state}: ${slug} to ${webhook}`);
    return found!;
  }

  delivered(webhook: string, slug: string): Promise<Delivery> {
    return this.delivery(webhook, slug, 'delivered');
  }

  /** Waits until an event that the receiver refuses is given up, and moves time on to each of its tries. */
  async givenUp(webhook: string, slug: string): Promise<Delivery> {
    for (let tries = 1; tries < REFUSALS; tries += 1) {
      const { nextAt } = await this.delivery(webhook, slug, 'retrying', tries);
      await this.clock.advance(Date.parse(nextAt!) - this.clock.now());
    }
    return this.delivery(webhook, slug, 'dead');
  }

  async state(slug: string) {
    return (await this.streams.load(webhookDecider, webhookStream(slug))).state;
  }

  private meta(): CommandMeta {
    return { commandId: this.ids.next(), actor: 'ada', now: this.clock.timestamp(), correlationId: 'correlation', causationId: 'request' };
  }

  /** Those of the process while it runs: it believes that nobody else writes. */
  private get streams(): Streams {
    const { events: store, catalogue, clock, random, ids } = this;
    return this.running?.streams ?? new Streams({ store, catalogue, clock, random, ids });
  }
}

function decide(streams: Streams, slug: string, command: WebhookCommand) {
  return streams.handle(webhookDecider, webhookStream(slug), command, command.type === 'CreateWebhook' ? 'new' : 'existing');
}
