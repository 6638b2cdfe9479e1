import { type ConsumeOptions, type Consumer, isInfrastructureError, messageOf, type PartitionState } from '@slipway/kernel';
import type { Consumer as KafkajsConsumer } from 'kafkajs';
import { GroupMembership } from './group-membership';
import type { KafkaAdmin } from './kafka-admin';
import { protocolError } from './kafka-failure';
import type { KafkaTopics } from './kafka-topics';
import { stickyAssigner } from './sticky-assigner';

/** How long a member may be silent: a killed one's partitions go to others after this. One that stops says so, and they go at once. */
const SESSION = 10_000;
/** How soon a member notices that partitions are shared out again. */
const HEARTBEAT = 500;
/** Longer than a member waits for its handlers before it joins again. */
const REBALANCE = 30_000;
/** How long a broker holds a fetch that finds nothing; so long it may take until a partition that was full is read on. */
const MAX_WAIT = 100;
const FETCH_BYTES = 512 * 1024;
/** All partitions of a fetch are taken at once: none waits for another. */
const SIDE_BY_SIDE = 100;
/** A broker that just started, or a group that moves to another one, says these for a moment. */
const EXPECTED = ['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP'];
/** Silence that is worth telling. */
const SILENCE = 3_000;
/** Silence after which a consumer that says nothing is given up; a join may take REBALANCE. */
const GIVEN_UP_AFTER = 2 * REBALANCE;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;
const DISCONNECTS_WITHIN = 5_000;

export interface KafkaConsumerDependencies {
  readonly admin: KafkaAdmin;
  readonly topics: KafkaTopics;
  /** Kafka's name of the group that it joins: for a consumer without one, a name of its own. */
  readonly groupId: string;
}

/** A consumer: a member of its group again and again, until it is stopped. */
export class KafkaConsumer implements Consumer {
  readonly started: Promise<void>;
  private readonly membership: GroupMembership;
  private readonly ending = new AbortController();
  private readonly running: Promise<void>;
  private stopping: Promise<void> | undefined;
  private begun!: { resolve: () => void; reject: (reason: Error) => void };
  private hasBegun = false;
  private reason: string | undefined = 'it has yet to join its group';

  constructor(
    private readonly on: KafkaConsumerDependencies,
    private readonly options: ConsumeOptions,
    private readonly onStop: (consumer: KafkaConsumer) => void,
  ) {
    this.started = new Promise((resolve, reject) => (this.begun = { resolve, reject }));
    // `trouble` tells as well: nobody has to wait.
    this.started.catch(() => undefined);
    this.membership = new GroupMembership(on.admin, options);
    this.membership.onJoined = () => {
      this.hasBegun = true;
      if (this.reason !== undefined) on.admin.client.on.log.info('a consumer has its place in its group', { group: on.groupId });
      this.reason = undefined;
      this.begun.resolve();
    };
    this.running = this.run();
  }

  partitions(): readonly PartitionState[] {
    return this.stopping ? [] : this.membership.states();
  }

  lag(): ReadonlyMap<string, number> {
    const lag = new Map<string, number>();
    if (this.stopping) return lag;
    for (const { topic, behind } of this.membership.partitions) {
      const plain = this.on.admin.client.plain(topic);
      lag.set(plain, (lag.get(plain) ?? 0) + behind);
    }
    return lag;
  }

  trouble(): string | undefined {
    const { client } = this.on.admin;
    if (this.reason !== undefined) return this.reason;
    if (!this.membership.sharing) return `the group ${this.on.groupId} is sharing out its partitions`;
    const silence = client.on.clock.now() - this.membership.answeredAt;
    return silence > SILENCE ? `Kafka at ${client.place} has not answered for ${Math.round(silence / 1_000)} s` : undefined;
  }

  stop(): Promise<void> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  private async stopOnce(): Promise<void> {
    await this.membership.stop();
    this.ending.abort();
    await this.running;
    this.begun.resolve();
    this.onStop(this);
  }

  private async run(): Promise<void> {
    const { clock, random, log } = this.on.admin.client.on;
    const { signal } = this.ending;
    const { topics } = this.options;
    for (let failures = 0; !signal.aborted; failures += 1) {
      const since = clock.now();
      const failure = await this.member();
      this.membership.lose();
      if (signal.aborted) return;
      if (!this.hasBegun && isInfrastructureError(failure) && failure.code === 'message-bus.unknown-topic') return this.refuse(failure);
      const expected = EXPECTED.includes(protocolError(isInfrastructureError(failure) ? failure.cause : failure));
      if (messageOf(failure) !== this.reason)
        log[expected ? 'debug' : 'warn']('a consumer has no place in its group and tries to take it', { group: this.on.groupId, topics, reason: messageOf(failure) }); // prettier-ignore
      this.reason = messageOf(failure);
      if (clock.now() - since > LONGEST_PAUSE) failures = 0;
      await clock.sleep(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, 10)) * (0.5 + random.fraction() / 2), signal);
    }
  }

  private refuse(reason: Error): void {
    this.reason = reason.message;
    this.begun.reject(reason);
  }

  /** Takes part in the group; resolves with the reason why it does no more. */
  private async member(): Promise<unknown> {
    const { topics } = this.options;
    try {
      await this.on.topics.look(topics);
      await this.on.topics.require(topics);
    } catch (error) {
      return error;
    }
    if (this.ending.signal.aborted) return undefined;
    const consumer = this.consumer();
    const ended = new AbortController();
    const over = this.over(consumer, AbortSignal.any([this.ending.signal, ended.signal]));
    const entered = this.enter(consumer);
    const failure = await Promise.race([over, entered.then(() => over)]).catch((error: unknown) =>
      this.on.admin.client.failure(error, `let the group ${this.on.groupId} read`),
    );
    ended.abort();
    const gone = entered.catch(() => undefined).then(() => consumer.disconnect());
    await Promise.race([gone.catch(() => undefined), this.on.admin.client.on.clock.sleep(DISCONNECTS_WITHIN)]);
    return failure;
  }

  private consumer(): KafkajsConsumer {
    return this.on.admin.client.kafka().consumer({
      groupId: this.on.groupId,
      partitionAssigners: [stickyAssigner(this.membership, () => this.membership.holdings())],
      sessionTimeout: SESSION,
      rebalanceTimeout: REBALANCE,
      heartbeatInterval: HEARTBEAT,
      maxWaitTimeInMs: MAX_WAIT,
      minBytes: 1,
      maxBytesPerPartition: FETCH_BYTES,
      metadataMaxAge: 30_000,
      allowAutoTopicCreation: false,
      // Its own way to begin again keeps what it knew before.
      retry: { restartOnFailure: async () => false },
    });
  }

  private async enter(consumer: KafkajsConsumer): Promise<void> {
    const { client } = this.on.admin;
    await consumer.connect();
    await consumer.subscribe({ topics: this.options.topics.map((topic) => client.named(topic)), fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: SIDE_BY_SIDE,
      eachBatch: (payload) => this.membership.take(payload),
    });
  }

  /** Resolves with the reason when kafkajs ends the consumer, when it falls silent for good, or when the signal aborts. */
  private async over(consumer: KafkajsConsumer, signal: AbortSignal): Promise<unknown> {
    const { clock } = this.on.admin.client.on;
    let crash: { readonly reason: Error } | undefined;
    const crashed = new AbortController();
    consumer.on(consumer.events.HEARTBEAT, () => {
      this.membership.answeredAt = clock.now();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      crash = { reason: payload.error };
      crashed.abort();
    });
    const either = AbortSignal.any([signal, crashed.signal]);
    this.membership.answeredAt = clock.now();
    while (!either.aborted) {
      await clock.sleep(SILENCE, either);
      if (clock.now() - this.membership.answeredAt > GIVEN_UP_AFTER) return new Error('it has been silent for too long');
    }
    return crash && this.on.admin.client.failure(crash.reason, `let the group ${this.on.groupId} read`);
  }
}
