import type { INestApplicationContext } from '@nestjs/common';
import { DeadLetterIntake, KeptLetters, replayedLetters } from '@slipway/dead-letters/dead-letters.module';
import {
  AttemptJudge,
  AttemptLeases,
  FreeSlots,
  LogIntake,
  ProgressIntake,
  readSlots,
  relayedDeployments,
  TimerTick,
} from '@slipway/deployments/deployments.module';
import {
  Checkpoints,
  type Consumer,
  type Delivery,
  messageOf,
  observedRelay,
  Ownership,
  patiently,
  ProjectionRunner,
  ReactorRunner,
  type ReactorCommand,
  schemaName,
  Streams,
  TOPICS,
  withDeadLetters,
} from '@slipway/kernel';
import { EventRelay, ReplayDispatch, WebhookDispatch } from '@slipway/notifications/notifications.module';
import { CommandGateway, type Composition, Readiness, type Relayed, type Slice } from '@slipway/platform';
import { ReleasesReader } from '@slipway/releases/contract';
import { Retentions, RetentionTick } from '@slipway/releases/releases.module';
import { prepareTables } from '../composition/prepare-tables';
import { allTopics, retentionMs, wideTopic } from '../composition/topics';

/** Words of different deployments are handled side by side, those of one in order. */
const SIDE_BY_SIDE = 32;
/** How long what happens gathers before it shows in lists. */
const GATHER_MS = 10;

/**
 * What happens after an append: projections, reactors, the relay, timers, and what workers say. One signal ends its loops; consumers
 * hand back what they had not finished.
 */
export class Processor {
  private readonly ending = new AbortController();
  private consumers: Consumer[] = [];
  private loops: Promise<void>[] = [];

  private readonly gateway: CommandGateway;
  private readonly streams: Streams;
  private readonly checkpoints: Checkpoints;
  private readonly readiness: Readiness;
  private readonly ownership: Ownership;

  /** `application`: the slices' modules over the same parts, for what they provide. */
  constructor(
    private readonly parts: Composition,
    private readonly slices: readonly Slice[],
    private readonly application: INestApplicationContext,
  ) {
    this.gateway = application.get(CommandGateway);
    this.streams = application.get(Streams);
    this.checkpoints = application.get(Checkpoints);
    this.readiness = application.get(Readiness);
    const { hub, leases, instance: holder, clock, log } = parts;
    this.ownership = new Ownership({ hub, leases, holder, clock, log });
  }

  /** Resolves when everything runs and the tables that work is taken from are whole. */
  async start(): Promise<void> {
    const { bus, settings, hub, readStore, clock, log } = this.parts;
    await this.waitFor('the message bus', () => bus.ensureTopics(allTopics(settings)));
    await this.waitFor('the read store', () => prepareTables(readStore, this.slices));
    this.subscribe();
    hub.add(this.webhooks());
    hub.add(this.replays());
    await this.ownership.start();
    await this.wholeTimers();
    const { gateway, streams, checkpoints } = this;
    const leaseSeconds = settings.LEASE_SECONDS;
    const leases = new AttemptLeases(readStore, clock, leaseSeconds);
    await this.waitFor('the read store', () => leases.prepare());
    const slots = new FreeSlots(clock);
    const progress = new ProgressIntake({ bus, gateway, streams, leases });
    const logs = new LogIntake(this.parts.logStore);
    const words = this.consume(TOPICS.progress, 'slipway-progress', (delivery) => progress.take(delivery));
    const consumers = {
      [TOPICS.progress]: words,
      [TOPICS.logs]: this.consume(TOPICS.logs, 'slipway-logs', (delivery) => logs.take(delivery)),
      [TOPICS.slots]: this.listenToSlots(slots),
      [TOPICS.deadLetters]: this.keepDeadLetters(),
    };
    this.consumers = Object.values(consumers);
    for (const [topic, consumer] of Object.entries(consumers))
      this.readiness.add({ name: `consumer of ${topic}`, trouble: () => consumer.trouble() });
    await Promise.all(this.consumers.map((consumer) => consumer.started));
    const judge = new AttemptJudge({ bus, consumer: words, gateway, streams, store: readStore, leases, slots, clock, log, leaseSeconds });
    const tick = new TimerTick({ store: readStore, hub, checkpoints, gateway, streams, clock, log });
    const retention = new RetentionTick({ retentions: this.application.get(Retentions), gateway, clock, log });
    this.loops = [retention.run(this.ending.signal), judge.run(this.ending.signal), tick.run(this.ending.signal)];
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all([...this.consumers.map((consumer) => consumer.stop()), ...this.loops]);
    await this.ownership.stop();
  }

  private waitFor<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { clock, log } = this.parts;
    return patiently(what, work, { clock, log, signal: this.ending.signal });
  }

  private subscribe(): void {
    const { hub, bus, stepTypes, settings } = this.parts;
    const { gateway, streams } = this;
    const releases = this.application.get(ReleasesReader);
    const send = async (command: ReactorCommand, meta: Parameters<CommandGateway['send']>[2]): Promise<void> => {
      await gateway.send(command.name, command.data, meta);
    };
    // Among several processes a write costs round trips, and those that act on events should not wait for those that list them.
    const gathering = this.parts.leases.shared ? { gatherMs: GATHER_MS } : {};
    for (const { projections = [], reactors = [] } of this.slices) {
      for (const projection of projections) hub.add(new ProjectionRunner(projection, this.parts, gathering));
      for (const reactor of reactors) hub.add(new ReactorRunner(reactor, send, this.parts));
    }
    const relayed = relayedDeployments({ streams, releases, gateway, stepTypes, leaseSeconds: settings.LEASE_SECONDS });
    const messages = this.intoTopics(relayed);
    hub.add(observedRelay({ name: 'relay-deployments', startsAt: 'beginning', messages }, bus, this.parts));
    hub.add(new EventRelay(bus, this.parts));
    const letters = replayedLetters(this.application.get(KeptLetters));
    // At the head: where this checkpoint was lost, so were the letters.
    hub.add(observedRelay({ name: 'relay-dead-letters', startsAt: 'head', messages: letters }, bus, this.parts));
  }

  private webhooks(): WebhookDispatch {
    const { random, outbound, secrets } = this.parts;
    const { gateway, streams } = this;
    return new WebhookDispatch({
      ports: this.parts,
      checkpoints: this.checkpoints,
      streams,
      random,
      outbound,
      secrets,
      send: (name, data, meta) => gateway.send(name, data, meta),
    });
  }

  private replays(): ReplayDispatch {
    const { bus, settings } = this.parts;
    const { gateway, streams } = this;
    const send = (name: string, data: object, meta: Parameters<CommandGateway['send']>[2]) => gateway.send(name, data, meta);
    return new ReplayDispatch({ ports: this.parts, bus, retentionMs: retentionMs(settings), streams, send });
  }

  /** A step may ask for a pool that no worker has served yet: its tasks wait for one, and are not refused by the bus. */
  private intoTopics(relayed: Relayed): Relayed {
    const known = new Set<string>([TOPICS.control]);
    return async (event) => {
      const messages = await relayed(event);
      for (const { topic } of messages) {
        if (known.has(topic)) continue;
        await this.parts.bus.ensureTopics([wideTopic(topic, this.parts.settings)]);
        known.add(topic);
      }
      return messages;
    };
  }

  /** Tables of timers that this process keeps are whole before it is ready: what is overdue must not look as if it were not there. */
  private async wholeTimers(): Promise<void> {
    const { eventStore, hub, log } = this.parts;
    const head = await this.waitFor('the event store', () => eventStore.head());
    const needed = this.slices.flatMap((slice) => slice.projections ?? []).filter((projection) => projection.wholeBeforeReady);
    for (const projection of needed) {
      const reading = hub.get(schemaName(projection));
      if (!reading.active) continue;
      const whole = await reading.reaches(head, () => log.info(`still reading the log into ${projection.name}`));
      // Everything else works without it, and readiness says why it is not there: a process that never listened could not.
      if (!whole) log.error(`${projection.name} is stuck: what waits for a time is not looked after`, { error: reading.status().error });
    }
  }

  /** Without a group: every processor wants to know them all, whichever partitions of progress it holds. */
  private listenToSlots(slots: FreeSlots): Consumer {
    const { bus, log } = this.parts;
    return bus.consume({
      topics: [TOPICS.slots],
      handle: async ({ value }) => {
        try {
          slots.note(readSlots(value));
        } catch (error) {
          log.debug('a report of free slots is passed over', { reason: messageOf(error) });
        }
      },
    });
  }

  /** Never by way of `consume`: what cannot be kept would be set aside among the dead letters. */
  private keepDeadLetters(): Consumer {
    const { bus, log } = this.parts;
    const intake = new DeadLetterIntake(this.application.get(KeptLetters), log);
    return bus.consume({ group: 'slipway-dead-letters', topics: [TOPICS.deadLetters], handle: (delivery) => intake.take(delivery) });
  }

  private consume(topic: string, group: string, handle: (delivery: Delivery) => Promise<void>): Consumer {
    const { bus, clock, log } = this.parts;
    const handled = withDeadLetters({ bus, clock, group, log, signal: this.ending.signal }, handle);
    return bus.consume({ group, topics: [topic], concurrency: SIDE_BY_SIDE, handle: handled });
  }
}
