import { type RecordedEvent, replayTopic, type SubscriptionPorts } from '@slipway/kernel';
import { type EventReplay, eventReplayStream, isReplayed } from '../domain/event-replay';
import { EventPublisher, type Topics } from './event-publisher';

/** Events read at a time: several replays may run at once. */
const READ_AT_ONCE = 200;

export interface ReplayRunParts {
  readonly ports: SubscriptionPorts;
  readonly bus: Topics;
  /** How long the topics keep what is in them. */
  readonly retentionMs: number;
  /** All of it is in its topic. */
  readonly done: (replay: EventReplay) => Promise<void>;
}

/** Publishes what one replay asks for, in a topic of one partition: whoever reads it gets the events in log order, and the end last. */
export class ReplayRun extends EventPublisher {
  constructor(
    private readonly replay: EventReplay,
    private readonly on: ReplayRunParts,
  ) {
    super({ name: eventReplayStream(replay.slug), topic: replayTopic(replay.slug), maxBatch: READ_AT_ONCE }, on.bus, on.ports);
  }

  /** Its checkpoint is there from the start: whoever takes over knows by it what runs. */
  protected override async prepare(): Promise<void> {
    const { eventStore, readStore } = this.ports;
    await this.bus.ensureTopics([{ name: replayTopic(this.replay.slug), partitions: 1, retentionMs: this.on.retentionMs }]);
    if (await readStore.checkpoint(this.name)) return;
    const first = BigInt(this.replay.from);
    const position = first > 0n ? first - 1n : first;
    await readStore.commit(this.name, undefined, { logId: await eventStore.logId(), position }, []);
  }

  protected override async take(events: readonly RecordedEvent[], signal: AbortSignal): Promise<void> {
    const last = BigInt(this.replay.to);
    const within = events.filter(({ position }) => position <= last);
    const published = await this.publish(
      within.filter((event) => isReplayed(this.replay, event)),
      signal,
    );
    if (!published) return;
    if (within.length > 0 && !(await this.save(within.at(-1)!.position, [], signal))) return;
    // The event that asked for it stands behind its last one, so there is always one that tells its end.
    if (within.length < events.length) await this.on.done(this.replay);
  }
}
