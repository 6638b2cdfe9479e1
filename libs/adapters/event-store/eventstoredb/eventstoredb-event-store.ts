import { EventStoreDBClient } from '@eventstore/db-client';
import {
  type Appended,
  type Clock,
  type EventBatch,
  EventStore,
  type EventToAppend,
  type ExpectedVersion,
  type Ids,
  InfrastructureError,
  isSystemEvent,
  type RecordedEvent,
  type SubscribeOptions,
  WrongExpectedVersion,
} from '@slipway/kernel';
import { type PreparedAppend, prepareAppend } from '../prepared-append';
import { AppendChannel } from './append-channel';
import { appendMessage, type Taken, takenOf, type Told } from './append-message';
import { LogFollower } from './log-follower';
import { type ServerAddress, serverAddress, unreadable } from './server-address';
import { isOfType, unavailable } from './server-failure';
import { type Patience, takeIn } from './server-silence';
import { decoded, type StoredRecord } from './stored-record';
import { WholeLog } from './whole-log';

export interface EventStoreDbOptions {
  /** `esdb://…`, `esdb+discover://…`, or the same with `kurrentdb`: the form of the client's connection strings. */
  readonly url: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** How long the server may leave a call unanswered. Default 10 s. */
  readonly patienceMs?: number;
}

const LOG_STREAM = 'slipway-log';
const LOG_CREATED = '$LogCreated';

/**
 * The log in EventStoreDB or KurrentDB, from 23.10 on. Positions are commit positions. Several processes may write. Connects when it is first asked for
 * something, and again whenever it must.
 */
export class EventStoreDbEventStore extends EventStore {
  readonly soleWriter = false;
  private readonly patience: Patience;
  private readonly appends: AppendChannel;
  private readonly log: WholeLog;
  private readonly closing = new AbortController();
  private identity: Promise<string> | undefined;

  private constructor(
    private readonly client: EventStoreDBClient,
    private readonly address: ServerAddress,
    private readonly options: EventStoreDbOptions,
  ) {
    super();
    this.patience = { clock: options.clock, ms: options.patienceMs ?? 10_000 };
    this.appends = new AppendChannel(client, this.patience);
    this.log = new WholeLog(client, this.patience);
  }

  /** Errors: InfrastructureError `event-store.connection-string`. */
  static open(options: EventStoreDbOptions): EventStoreDbEventStore {
    const address = serverAddress(options.url);
    return new EventStoreDbEventStore(clientOf(address), address, options);
  }

  logId(): Promise<string> {
    this.identity ??= this.findIdentity().catch((error: unknown) => {
      this.identity = undefined;
      throw error;
    });
    return this.identity;
  }

  async append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly EventToAppend[],
    options: { keepForSeconds?: number } = {},
  ): Promise<Appended> {
    const prepared = prepareAppend(stream, expected, events, options);
    const taken = await this.send(prepared).catch((error: unknown) => this.afterForgotten(prepared, error));
    const { keepForSeconds } = options;
    if (keepForSeconds !== undefined && taken.version === events.length - 1) this.retain(stream, keepForSeconds);
    // A repeat, whose original the server forgot: it was before what is there now.
    return { version: taken.version, position: taken.position ?? (await this.head()) };
  }

  async readStream(stream: string, { from = 0, limit = 1_000 } = {}): Promise<RecordedEvent[]> {
    if (limit <= 0) return [];
    const events: RecordedEvent[] = [];
    const take = ({ event }: { event?: StoredRecord }) => {
      if (event) events.push(decoded(event));
      return true;
    };
    await this.calling(async () => {
      const reading = this.client.readStream(stream, { fromRevision: BigInt(from), maxCount: limit });
      try {
        await takeIn(reading, { take, cancel: () => reading.cancel() }, this.patience);
      } catch (error) {
        if (!isOfType(error, 'stream-not-found') && !isOfType(error, 'stream-deleted')) throw error;
      }
    });
    return events;
  }

  async readAll({ after, limit = 1_000 }: { after: bigint; limit?: number }): Promise<RecordedEvent[]> {
    if (limit <= 0) return [];
    const events: RecordedEvent[] = [];
    await this.calling(() =>
      this.log.readAfter(after, (record) => {
        if (!isSystemEvent(record.type)) events.push(decoded(record));
        return events.length < limit;
      }),
    );
    const last = events.at(-1);
    if (last) this.log.note(last.position);
    return events;
  }

  head(): Promise<bigint> {
    return this.calling(() => this.log.head());
  }

  async *subscribe({ after, signal, maxBatch = 500, gatherMs = 0 }: SubscribeOptions): AsyncGenerator<EventBatch> {
    const server = { client: this.client, log: this.log, patience: this.patience };
    const follower = new LogFollower(server, { after, maxBatch: Math.max(1, maxBatch), gatherMs });
    yield* follower.batches(AbortSignal.any([signal, this.closing.signal]));
  }

  /** Ends subscriptions and every call; what is under way is of unknown outcome. The connection, unused now, keeps no process alive. */
  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    // The client knows nothing yet of a call that is only being opened: it would go out later, and hold the process for ever.
    this.appends.close();
    await this.client.dispose();
  }

  private async send(append: Told): Promise<Taken> {
    return this.calling(async () => {
      const answer = await this.appends.send(appendMessage(this.options.ids.next(), append));
      return takenOf(answer, append, this.address.place);
    });
  }

  /**
   * A stream whose events all expired still counts on, and is not new to the server; for the port it is. So it goes on after its last version,
   * unless what is there is this very append, whose answer was lost.
   */
  private async afterForgotten(append: PreparedAppend, error: unknown): Promise<Taken> {
    const { stream, expected, events, keepForSeconds } = append;
    if (!(error instanceof WrongExpectedVersion) || expected !== 'none' || keepForSeconds === undefined) throw error;
    const { actual } = error;
    const left = await this.readStream(stream, { limit: events.length });
    if (left.length === 0 && typeof actual === 'number') return this.send({ ...append, expected: actual });
    if (left.length < events.length || events.some(({ id }, index) => left[index]?.id !== id)) throw error;
    const { version, position } = left.at(-1)!;
    return { version, position };
  }

  /** Set once, when the stream begins. Should it fail, the stream is only kept for longer. */
  private retain(stream: string, seconds: number): void {
    const data = JSON.stringify({ $maxAge: Math.max(1, Math.ceil(seconds)) });
    const event = { id: this.options.ids.next(), type: '$metadata', data, metadata: '{}' };
    this.send({ stream: `$$${stream}`, expected: 'any', events: [event] }).catch(() => undefined);
  }

  /** The first process makes it up; of two at once, one is refused and reads what the other wrote. */
  private async findIdentity(): Promise<string> {
    const known = await this.readIdentity();
    if (known !== undefined) return known;
    const { clock, ids } = this.options;
    const [id, causedBy] = [ids.next(), ids.next()];
    const metadata = {
      actor: 'slipway/log',
      at: clock.timestamp(),
      command: 'CreateLog',
      commandId: causedBy,
      correlationId: causedBy,
      causationId: causedBy,
    };
    try {
      await this.append(LOG_STREAM, 'none', [{ id: ids.next(), type: LOG_CREATED, data: { logId: id }, metadata }]);
    } catch (error) {
      if (!(error instanceof WrongExpectedVersion)) throw error;
    }
    const made = await this.readIdentity();
    if (made !== undefined) return made;
    throw new InfrastructureError(
      'event-store.failed',
      `the event store at ${this.address.place} lost the stream ${LOG_STREAM}, which holds the identity of the log: restore it`,
      false,
    );
  }

  private async readIdentity(): Promise<string | undefined> {
    const [created] = await this.readStream(LOG_STREAM, { limit: 1 });
    return created && (created.data as { logId: string }).logId;
  }

  private async calling<T>(call: () => Promise<T>): Promise<T> {
    if (this.closing.signal.aborted) throw unavailable(new Error('it is closed'), this.address.place);
    try {
      return await call();
    } catch (error) {
      if (error instanceof WrongExpectedVersion) throw error;
      throw unavailable(error, this.address.place);
    }
  }
}

/** The client's own error shows the whole connection string. */
function clientOf({ connectionString, place }: ServerAddress): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(connectionString);
  } catch {
    throw unreadable(`${place} has an option with a value that the client does not take, or a certificate file that is not there`);
  }
}
