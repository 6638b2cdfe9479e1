import { status } from '@grpc/grpc-js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import { failure, type Failure, NOT_READY, streamDeleted } from './answers';
import { type EventFilter, eventFilter } from './event-filter';
import { Output, type ReadCall } from './output';
import { isPlace, read, unknown } from './reading';
import { text } from './record';
import { type Followed, Subscription, type SubscriptionSurroundings } from './subscription';

/** The call that reads: once, or as a subscription. */
export class ReadCalls {
  constructor(private readonly on: SubscriptionSurroundings) {}

  async read(call: ReadCall): Promise<void> {
    const options = call.request.getOptions()!;
    const output = new Output(call, this.on.faults);
    await this.on.faults.spoken;
    if (this.on.faults.takeUnready()) return output.fail(NOT_READY);
    if (!options.hasSubscription()) return read(options, this.on.database, output);
    const followed = options.hasStream() ? this.streamFollowed(options) : this.logFollowed(options);
    if ('code' in followed) return output.fail(followed);
    await new Subscription(followed, options, output, this.on).run();
  }

  private streamFollowed(options: ReadReq.Options): Followed | Failure {
    const from = options.getStream()!;
    const name = text(from.getStreamIdentifier()!.getStreamName_asU8());
    const stream = this.on.database.streamOf(name);
    if (stream.state === 'tombstoned') return streamDeleted(name);
    const after = from.hasRevision() ? BigInt(from.getRevision()) : from.hasEnd() ? stream.last : -1n;
    return { stream: name, after, live: from.hasEnd() };
  }

  private logFollowed(options: ReadReq.Options): Followed | Failure {
    const { database } = this.on;
    const from = options.getAll()!;
    const after = from.hasPosition() ? BigInt(from.getPosition()!.getCommitPosition()) : from.hasEnd() ? database.nextPosition - 1n : -1n;
    if (from.hasPosition() && !isPlace(after, database)) return unknown('Unexpected ReadAllResult: InvalidPosition');
    let filter: EventFilter | undefined;
    try {
      filter = options.hasFilter() ? eventFilter(options.getFilter()!) : undefined;
    } catch (error) {
      return failure(status.UNKNOWN, String(error));
    }
    return { after, live: from.hasEnd(), ...(filter ? { filter } : {}) };
  }
}
