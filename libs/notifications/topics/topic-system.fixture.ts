import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { MemoryMessageBus } from '@slipway/adapters/message-bus/memory/memory-message-bus';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { environmentDecider } from '@slipway/environments/domain/environment.decider';
import { environmentEvents } from '@slipway/environments/domain/environment.events';
import {
  type Clock,
  type CommandMeta,
  type Delivery,
  EventCatalogue,
  type EventStore,
  Ids,
  type MessageBus,
  type RecordedEvent,
  silentTelemetry,
  Streams,
  TOPICS,
} from '@slipway/kernel';
import { eventually, ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import { RememberingLog } from '@slipway/kernel/testing/subscription-fixture';
import { type Effect, Life, MortalBus, MortalClock, MortalEventStore, MortalReadStore } from '../../../test/walk/mortal-ports';
import { eventReplayStream } from '../domain/event-replay';
import { type EventReplayCommand, eventReplayDecider } from '../domain/event-replay.decider';
import { eventReplayEvents, type EventReplayRequested } from '../domain/event-replay.events';
import { EventRelay } from './event-relay';
import { ReplayDispatch } from './replay-dispatch';

/** Partitions of `slipway.events`. */
const PARTITIONS = 4;
const LOOK_MS = 50;

interface Running {
  readonly life: Life;
  readonly ending: AbortController;
  readonly relay: EventRelay;
  readonly dispatch: ReplayDispatch;
  readonly streams: Streams;
}

/** The relay of events and their replays over a log, rows and a bus that outlive the processes: those can be killed after any effect. */
export class TopicSystem {
  readonly clock = new ManualClock();
  readonly log = new RememberingLog();
  readonly random = new SeededRandom('topics');
  readonly ids = new Ids(this.clock, this.random);
  readonly events = new MemoryEventStore(this.clock, this.ids);
  readonly rows = new SqliteReadStore(':memory:');
  /** Told of each effect of the process, which it may kill there. */
  after: (effect: Effect, life: Life) => void = () => undefined;
  private readonly catalogue = new EventCatalogue([environmentEvents, eventReplayEvents]);
  /** Of another process, which lives on. */
  private readonly others = this.streamsOver(this.events, this.clock);
  private running: Running | undefined;
  private readers = 0;

  /** `bus`: closed with this. */
  constructor(readonly bus: MessageBus = new MemoryMessageBus({ clock: new ManualClock() })) {}

  /** Resolves when it runs, or was killed while starting. `mine`: whether it holds its leases. */
  async start(mine: () => boolean = () => true): Promise<void> {
    const life = new Life((effect, dying) => this.after(effect, dying));
    const died = new Promise<void>((resolve) => life.signal.addEventListener('abort', () => resolve()));
    await Promise.race([this.begin(life, mine), died]);
  }

  /** It is dead, or was never started. */
  get dead(): boolean {
    return this.running?.life.over ?? true;
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    if (!running || running.life.over) return;
    running.ending.abort();
    await Promise.all([running.relay.stop(), running.dispatch.stop()]);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.bus.close();
    await this.rows.close();
  }

  /** Environments come to be, each in a stream of its own, and are named anew so often. Returns the position of the last event. */
  async happened(slugs: readonly string[], changes = 0): Promise<bigint> {
    for (const slug of slugs) {
      const create = { type: 'CreateEnvironment' as const, data: { slug }, meta: this.meta() };
      await this.others.handle(environmentDecider, `environment-${slug}`, create, 'new');
    }
    for (let change = 1; change <= changes; change += 1) {
      for (const slug of slugs) {
        const rename = { type: 'ChangeEnvironment' as const, data: { name: `${slug} ${change}` }, meta: this.meta() };
        await this.others.handle(environmentDecider, `environment-${slug}`, rename, 'existing');
      }
    }
    return this.events.head();
  }

  replay(slug: string, data: Partial<EventReplayRequested['data']> = {}) {
    return this.ask(slug, { type: 'ReplayEvents', data: { slug, from: '0', filter: {}, ...data } });
  }

  cancel(slug: string) {
    return this.ask(slug, { type: 'CancelEventReplay', data: {} });
  }

  /** All events there are. */
  history(): Promise<RecordedEvent[]> {
    return this.events.readAll({ after: 0n, limit: 100_000 });
  }

  /** What a new group gets of a topic, until `enough` says so and nothing more comes. */
  async read(topic: string, enough: (deliveries: readonly Delivery[]) => boolean): Promise<Delivery[]> {
    const got: Delivery[] = [];
    const group = `reader-${(this.readers += 1)}`;
    await this.until(() => this.hasTopic(topic), `the topic ${topic}`);
    const consumer = this.bus.consume({ group, topics: [topic], handle: (delivery) => Promise.resolve(void got.push(delivery)) });
    try {
      await this.until(() => enough(got), `enough of ${topic}`);
      await settle();
    } finally {
      await consumer.stop();
    }
    return got;
  }

  /** Lets time go on until a condition holds. */
  async until(holds: () => boolean, what: string): Promise<void> {
    let passing: Promise<void> | undefined;
    await eventually(() => {
      passing ??= this.clock.advance(LOOK_MS).finally(() => (passing = undefined));
      return holds();
    }, what);
    await passing;
  }

  hasTopic(topic: string): boolean {
    try {
      this.bus.partitionOf(topic, '');
      return true;
    } catch {
      return false;
    }
  }

  private async begin(life: Life, mine: () => boolean): Promise<void> {
    const { catalogue, log } = this;
    const clock = new MortalClock(this.clock, life);
    const eventStore = new MortalEventStore(this.events, life);
    const bus = new MortalBus(this.bus, life);
    const ports = { eventStore, readStore: new MortalReadStore(this.rows, life), catalogue, clock, log };
    const streams = this.streamsOver(eventStore, clock);
    const send = (type: string, { replay, ...data }: Record<string, unknown>, meta: Omit<CommandMeta, 'now'>) =>
      decide(streams, String(replay), { type, data, meta: { ...meta, now: clock.timestamp() } } as unknown as EventReplayCommand);
    const relay = new EventRelay(bus, { ...ports, telemetry: silentTelemetry });
    const dispatch = new ReplayDispatch({ ports, bus, retentionMs: 3_600_000, streams, send: send as never });
    const ending = new AbortController();
    this.running = { life, ending, relay, dispatch, streams };
    await this.bus.ensureTopics([{ name: TOPICS.events, partitions: PARTITIONS }]);
    await Promise.all([relay, dispatch].map((subscription) => subscription.start(ending.signal, mine)));
  }

  private streamsOver(store: EventStore, clock: Clock): Streams {
    const { catalogue, random, ids } = this;
    return new Streams({ store, catalogue, clock, random, ids });
  }

  private ask(slug: string, command: { type: string; data: object }) {
    return decide(this.streams, slug, { ...command, meta: this.meta() } as EventReplayCommand);
  }

  private meta(): CommandMeta {
    return { commandId: this.ids.next(), actor: 'ada', now: this.clock.timestamp(), correlationId: 'correlation', causationId: 'request' };
  }

  /** Those of the process while it lives: it believes that nobody else writes what it reads. */
  private get streams(): Streams {
    return this.dead ? this.others : this.running!.streams;
  }
}

function decide(streams: Streams, slug: string, command: EventReplayCommand) {
  return streams.handle(eventReplayDecider, eventReplayStream(slug), command, command.type === 'ReplayEvents' ? 'new' : 'existing');
}
