import type { INestApplicationContext } from '@nestjs/common';
import { relayedDeployments } from '@slipway/deployments/deployments.module';
import {
  type Consumer,
  type Delivery,
  EventConsumer,
  messageOf,
  ProjectionRunner,
  ReactorRunner,
  type ReactorCommand,
  RelayRunner,
  schemaName,
  Streams,
  tasksTopic,
  TOPICS,
  withDeadLetters,
} from '@slipway/kernel';
import { AttemptJudge, FreeSlots, Leases, LogIntake, ProgressIntake, TimerTick } from '@slipway/deployments/deployments.module';
import { WebhookDispatch } from '@slipway/notifications/notifications.module';
import { CommandGateway, type Composition, type Relayed, type Slice } from '@slipway/platform';
import { ReleasesReader } from '@slipway/releases/contract';
import { Retentions, RetentionTick } from '@slipway/releases/releases.module';

const PARTITIONS = 16;
/** Words of different deployments are handled side by side, those of one in order. */
const SIDE_BY_SIDE = 32;

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

  /** `application`: the slices' modules over the same parts, for what they provide. */
  constructor(
    private readonly parts: Composition,
    private readonly slices: readonly Slice[],
    private readonly application: INestApplicationContext,
  ) {
    this.gateway = application.get(CommandGateway);
    this.streams = application.get(Streams);
  }

  /** Resolves when everything runs and the tables that work is taken from are whole. */
  async start(): Promise<void> {
    const { bus, settings, hub, readStore, clock, log } = this.parts;
    const topics = [TOPICS.progress, TOPICS.logs, ...settings.WORKER_POOLS.map(tasksTopic)].map((name) => ({
      name,
      partitions: PARTITIONS,
    }));
    await bus.ensureTopics([...topics, { name: TOPICS.control, partitions: 1 }, { name: TOPICS.deadLetters, partitions: 1 }]);
    this.subscribe();
    const webhooks = this.webhooks();
    hub.add(webhooks);
    await hub.start(this.ending.signal);
    await this.replayParked();
    await this.wholeTimers();
    await webhooks.begin();
    const { gateway, streams } = this;
    const leaseSeconds = settings.LEASE_SECONDS;
    const leases = new Leases(readStore, clock, leaseSeconds);
    await leases.prepare();
    const slots = new FreeSlots(clock);
    const progress = new ProgressIntake({ bus, gateway, streams, leases, slots });
    const logs = new LogIntake(this.parts.logStore);
    const words = this.consume(TOPICS.progress, 'slipway-progress', (delivery) => progress.take(delivery));
    this.consumers = [words, this.consume(TOPICS.logs, 'slipway-logs', (delivery) => logs.take(delivery))];
    await Promise.all(this.consumers.map((consumer) => consumer.started));
    const judge = new AttemptJudge({ bus, consumer: words, gateway, streams, store: readStore, leases, slots, clock, log, leaseSeconds });
    const tick = new TimerTick({ store: readStore, hub, gateway, streams, clock, log });
    const retention = new RetentionTick({ retentions: this.application.get(Retentions), gateway, clock, log });
    this.loops = [retention.run(this.ending.signal), judge.run(this.ending.signal), tick.run(this.ending.signal)];
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all([...this.consumers.map((consumer) => consumer.stop()), ...this.loops]);
    await this.parts.hub.stop();
  }

  private subscribe(): void {
    const { hub, bus, stepTypes, settings } = this.parts;
    const { gateway, streams } = this;
    const releases = this.application.get(ReleasesReader);
    const send = async (command: ReactorCommand, meta: Parameters<CommandGateway['send']>[2]): Promise<void> => {
      await gateway.send(command.name, command.data, meta);
    };
    for (const { projections = [], reactors = [] } of this.slices) {
      for (const projection of projections) hub.add(new ProjectionRunner(projection, this.parts));
      for (const reactor of reactors) hub.add(new ReactorRunner(reactor, send, this.parts));
    }
    const relayed = relayedDeployments({ streams, releases, gateway, stepTypes, leaseSeconds: settings.LEASE_SECONDS });
    const messages = this.intoTopics(relayed);
    hub.add(new RelayRunner({ name: 'relay-deployments', startsAt: 'beginning', messages }, bus, this.parts));
  }

  private webhooks(): WebhookDispatch {
    const { random, outbound, secrets } = this.parts;
    const { gateway, streams } = this;
    return new WebhookDispatch({
      ports: this.parts,
      streams,
      random,
      outbound,
      secrets,
      send: (name, data, meta) => gateway.send(name, data, meta),
    });
  }

  /** A step may ask for a pool that no worker has served yet: its tasks wait for one, and are not refused by the bus. */
  private intoTopics(relayed: Relayed): Relayed {
    const known = new Set<string>([TOPICS.control]);
    return async (event) => {
      const messages = await relayed(event);
      for (const { topic } of messages) {
        if (known.has(topic)) continue;
        await this.parts.bus.ensureTopics([{ name: topic, partitions: PARTITIONS }]);
        known.add(topic);
      }
      return messages;
    };
  }

  /** What could not be handled before may be possible now: with another version of Slipway, say. What still fails stays parked, and shows in readiness. */
  private async replayParked(): Promise<void> {
    const { hub, log } = this.parts;
    for (const subscription of hub.all()) {
      if (!(subscription instanceof EventConsumer)) continue;
      try {
        const { handled, left } = await subscription.replayParked();
        if (handled + left > 0) log.info(`${subscription.name}: ${handled} parked events were handled now, ${left} are left`);
      } catch (error) {
        log.warn(`${subscription.name}: its parked events could not be tried again`, { reason: messageOf(error) });
      }
    }
  }

  /** Tables of timers are whole before the process is ready: what is overdue must not look as if it were not there. */
  private async wholeTimers(): Promise<void> {
    const { eventStore, hub, log } = this.parts;
    const head = await eventStore.head();
    const needed = this.slices.flatMap((slice) => slice.projections ?? []).filter((projection) => projection.wholeBeforeReady);
    for (const projection of needed) {
      const reading = hub.get(schemaName(projection));
      const whole = await reading.reaches(head, () => log.info(`still reading the log into ${projection.name}`));
      // Everything else works without it, and readiness says why it is not there: a process that never listened could not.
      if (!whole) log.error(`${projection.name} is stuck: what waits for a time is not looked after`, { error: reading.status().error });
    }
  }

  private consume(topic: string, group: string, handle: (delivery: Delivery) => Promise<void>): Consumer {
    const { bus, clock, log } = this.parts;
    const handled = withDeadLetters({ bus, clock, group, log, signal: this.ending.signal }, handle);
    return bus.consume({ group, topics: [topic], concurrency: SIDE_BY_SIDE, handle: handled });
  }
}
