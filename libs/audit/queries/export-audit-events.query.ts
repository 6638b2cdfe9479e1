import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EventCatalogue, EventStore, type RecordedEvent } from '@slipway/kernel';
import { Answer, positionOf, ReadModels } from '@slipway/platform';
import { auditEvent } from './audit-event';
import { type AuditFilter, type AuditQuery, auditFilter, checkType } from './audit-query';
import { readable, startOf } from './history';

/** Text handed over at a time, UTF-16 units: few large pieces are far cheaper to send than many small ones. */
const PIECE_LENGTH = 65_536;

/**
 * The whole matching history up to the log's head as of now, as lines of JSON; `limit` is not looked at. Read piece by piece, as it is
 * asked for. Where an event cannot be read all before it are given, and then it fails.
 */
export class ExportAuditEvents {
  constructor(readonly query: AuditQuery) {}
}

@QueryHandler(ExportAuditEvents)
export class ExportAuditEventsHandler implements IQueryHandler<ExportAuditEvents> {
  constructor(
    private readonly models: ReadModels,
    private readonly events: EventStore,
    private readonly catalogue: EventCatalogue,
  ) {}

  async execute({ query }: ExportAuditEvents): Promise<Answer<AsyncIterable<string>>> {
    checkType(query, this.catalogue);
    const filter = auditFilter(query);
    const pages = readable(this.events, startOf(query));
    // Answered before anything is read: what was refused so far is a problem, not a stream that breaks.
    const head = await this.models.head(positionOf(query));
    return new Answer(lines(pages, filter, head), head);
  }
}

async function* lines(
  pages: AsyncIterable<RecordedEvent[]>,
  { matches }: AuditFilter,
  head: bigint,
): AsyncGenerator<string, void, undefined> {
  let piece = '';
  try {
    for await (const events of pages) {
      for (const event of events.filter((one) => one.position <= head && matches(one))) {
        piece += `${JSON.stringify(auditEvent(event))}\n`;
        if (piece.length < PIECE_LENGTH) continue;
        yield piece;
        piece = '';
      }
      // A log that grows as fast as it is read would never end.
      if ((events.at(-1)?.position ?? head) > head) break;
    }
  } catch (error) {
    if (piece) yield piece;
    throw error;
  }
  if (piece) yield piece;
}
