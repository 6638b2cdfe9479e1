import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Clock, defined, EventStore, type Reason, type RecordedEvent, UnreadableEvent } from '@slipway/kernel';
import { Answer, IsPosition, IsText, misfit, Optional, positionOf, ReadModels, type ReadQuery } from '@slipway/platform';
import { ChainCheck } from './chain-check';
import { readable, type Start, startOf } from './history';
import { knownStream } from './show-audit-stream.query';

/** Which events to verify: of one stream or all, from one position to another, both included. */
export class VerifyAudit {
  @Optional() @IsText(1, 500) stream?: string;
  @Optional() @IsPosition() from?: string;
  @Optional() @IsPosition() to?: string;
}

/** The first event, in log order, that is not what was stored, and how that shows. */
interface BrokenEvent extends Pick<RecordedEvent, 'stream' | 'version' | 'id'> {
  readonly position: string;
  readonly reason: Reason;
}

export interface Verification {
  readonly verified: boolean;
  /** How many events, in how many streams, were found to be what was stored. */
  readonly events: number;
  readonly streams: number;
  readonly firstBroken?: BrokenEvent;
  readonly asOf: { readonly at: string; readonly position: string };
}

export class VerifyHistory {
  constructor(
    readonly asked: VerifyAudit,
    readonly query: ReadQuery,
  ) {}
}

/** Walks the hash chains, and changes nothing. Reads page by page and gives other work its turn, so that a long log holds nobody up. */
@QueryHandler(VerifyHistory)
export class VerifyHistoryHandler implements IQueryHandler<VerifyHistory> {
  constructor(
    private readonly models: ReadModels,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  /** Errors: DomainError `request.invalid` when `from` is behind `to`, or either is behind the log's end, `stream.not-found`. */
  async execute({ asked, query }: VerifyHistory): Promise<Answer<Verification>> {
    if (asked.stream !== undefined) await knownStream(this.store, asked.stream);
    const head = await this.models.head(positionOf(query));
    const [first, last] = [BigInt(asked.from ?? 0), BigInt(asked.to ?? head)];
    // Who names a position has seen it: a log that ends before it was cut off there, and must not pass for verified.
    const misfits = (['from', 'to'] as const)
      .filter((one) => BigInt(asked[one] ?? 0) > head)
      .map((one) => ({ pointer: `/${one}`, message: `must not be greater than ${head}, where the log ends` }));
    if (misfits.length > 0) throw misfit(misfits);
    if (first > last) throw misfit([{ pointer: '/from', message: 'must not be greater than to' }]);
    const at = this.clock.timestamp();
    const found = await this.walk(startOf({ from: asked.from, stream: asked.stream }), first, last);
    return new Answer(defined({ verified: !found.firstBroken, ...found, asOf: { at, position: String(last) } }), last);
  }

  private async walk(start: Start, first: bigint, last: bigint): Promise<Pick<Verification, 'events' | 'streams' | 'firstBroken'>> {
    const check = new ChainCheck(this.store, first > 1n);
    let events = 0;
    const found = (firstBroken?: BrokenEvent) => defined({ events, streams: check.streams, firstBroken });
    try {
      for await (const page of readable(this.store, start)) {
        for (const event of page.filter(({ position }) => position >= first)) {
          if (event.position > last) return found();
          const reason = await check.broken(event);
          if (reason) return found(brokenEvent(event, reason));
          events += 1;
        }
      }
      return found();
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      return error.place.position > last ? found() : found(brokenEvent(error.place, unreadable(error)));
    }
  }
}

function brokenEvent({ position, stream, version, id }: UnreadableEvent['place'], reason: Reason): BrokenEvent {
  return { position: String(position), stream, version, id, reason };
}

function unreadable({ message }: UnreadableEvent): Reason {
  return { code: 'event-unreadable', message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`, facts: {}, events: [] };
}
