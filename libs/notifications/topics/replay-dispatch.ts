import {
  type CommandMeta,
  EventConsumer,
  hashedId,
  InfrastructureError,
  isRetryable,
  messageOf,
  type RecordedEvent,
  replayTopic,
  type Streams,
} from '@slipway/kernel';
import { eventReplayOf, eventReplayStream, runningReplay } from '../domain/event-replay';
import { eventReplayDecider } from '../domain/event-replay.decider';
import type { EventReplayEvent } from '../domain/event-replay.events';
import { eventMessage } from '../messages/event-message';
import { ReplayRun, type ReplayRunParts } from './replay-run';

export interface ReplayDispatchDependencies extends Omit<ReplayRunParts, 'done'> {
  readonly streams: Streams;
  /** Sends a command of Slipway to itself. */
  readonly send: (command: string, data: object, meta: Omit<CommandMeta, 'now'>) => Promise<unknown>;
}

const ACTOR = 'slipway/replays';

/**
 * Runs the replays of events that were asked for: those that were under way when it starts, and those that come. Each has a checkpoint of its own from its
 * beginning until its end was told, so a checkpoint says that there is something to do. The event that ends a replay is the last message of its topic.
 */
export class ReplayDispatch extends EventConsumer {
  protected readonly kind = 'relay';
  private readonly runs = new Map<string, ReplayRun>();
  private readonly parts: ReplayRunParts;
  private signal = AbortSignal.abort();
  private ending = new AbortController();

  constructor(private readonly on: ReplayDispatchDependencies) {
    super({ name: 'event-replays', startsAt: 'beginning' }, on.ports, {});
    this.parts = {
      ...on,
      done: async ({ slug }) => {
        const commandId = hashedId(ACTOR, 'done', slug);
        await on.send('FinishEventReplay', { replay: slug }, { actor: ACTOR, commandId, correlationId: commandId, causationId: commandId });
      },
    };
  }

  override start(signal: AbortSignal, mine?: () => boolean): Promise<void> {
    this.ending = new AbortController();
    this.signal = AbortSignal.any([signal, this.ending.signal]);
    return super.start(signal, mine);
  }

  override async stop(): Promise<void> {
    this.ending.abort();
    await super.stop();
    await Promise.all([...this.runs.values()].map((run) => run.stop()));
    this.runs.clear();
  }

  protected override async prepare(): Promise<void> {
    await super.prepare();
    for (const name of (await this.ports.readStore.checkpoints()).keys()) {
      const slug = eventReplayOf(name);
      if (slug !== undefined) await this.resume(slug);
    }
  }

  protected override async handle(event: RecordedEvent): Promise<void> {
    const slug = eventReplayOf(event.stream);
    if (slug === undefined) return;
    const { type } = event as unknown as EventReplayEvent;
    if (type === 'EventReplayRequested') await this.begin(slug);
    else await this.end(slug, event);
  }

  /** One that cannot go on, for want of its topic say, must not stop the others. */
  private async resume(slug: string): Promise<void> {
    try {
      await this.begin(slug);
    } catch (error) {
      if (isRetryable(error)) throw error;
      this.ports.log.error(`the replay ${slug} cannot go on: cancel it, or see to its topic and restart`, { reason: messageOf(error) });
    }
  }

  private async begin(slug: string): Promise<void> {
    const replay = runningReplay((await this.on.streams.load(eventReplayDecider, eventReplayStream(slug))).state);
    if (!replay || this.runs.has(slug)) return;
    const run = new ReplayRun(replay, this.parts);
    this.runs.set(slug, run);
    try {
      await run.start(this.signal, this.mine);
    } catch (error) {
      this.runs.delete(slug);
      throw error;
    }
    // Stopped before it had begun it may have no checkpoint yet: the request is to come again then.
    if (this.signal.aborted) throw new InfrastructureError('relay.lost', `the replay ${slug} is for the next process`, true);
  }

  /** Nothing is told where nothing was begun, or all was told before. */
  private async end(slug: string, event: RecordedEvent): Promise<void> {
    const { readStore } = this.ports;
    await this.runs.get(slug)?.stop();
    this.runs.delete(slug);
    if (!(await readStore.checkpoint(eventReplayStream(slug)))) return;
    this.refuseUnlessMine();
    await this.on.bus.publish([eventMessage(event, replayTopic(slug))]);
    await readStore.forget(eventReplayStream(slug));
  }
}
