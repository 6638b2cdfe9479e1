import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { Controller, Get, Header, Headers, Param, Post, Res, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Answer, AsksWith, BodyOf, PageQuery, QueryOf, ReadQuery, Shows } from '@slipway/platform';
import { AuditQuery } from '../queries/audit-query';
import { ExportAuditEvents } from '../queries/export-audit-events.query';
import { ListAuditEvents } from '../queries/list-audit-events.query';
import { ShowAuditStream } from '../queries/show-audit-stream.query';
import { VerifyAudit, VerifyHistory } from '../queries/verify-audit.query';

const NDJSON = 'application/x-ndjson';

@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly queries: QueryBus) {}

  @Get('events')
  @Header('Vary', 'Accept')
  @Shows('listAuditEvents', `Events as stored, oldest first; all of them as lines for Accept: ${NDJSON}`, 'AuditEvent[]', AuditQuery)
  async events(
    @QueryOf(AuditQuery) query: AuditQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('accept') accept?: string,
  ) {
    if (!asksForLines(accept)) return this.queries.execute<ListAuditEvents, Answer<unknown>>(new ListAuditEvents(query));
    const lines = await this.queries.execute<ExportAuditEvents, Answer<AsyncIterable<string>>>(new ExportAuditEvents(query));
    // One piece waits at most: the next is read when the client took the one before. A client that leaves destroys the stream, which ends the reading.
    const stream = Readable.from(leftBeforeItBreaks(lines.body, reply.raw), { highWaterMark: 1 });
    return new Answer(new StreamableFile(stream, { type: `${NDJSON}; charset=utf-8` }), lines.position);
  }

  @Get('streams/:stream')
  @Shows('getAuditStream', 'Events of one stream in their order, as stored, each with its cause', 'ToldEvent[]', PageQuery)
  stream(@Param('stream') stream: string, @QueryOf(PageQuery) page: PageQuery) {
    return this.queries.execute(new ShowAuditStream(stream, page));
  }

  @Post('verify')
  @Shows('verifyAudit', 'Whether history is what was stored, or which event is not', 'Verification', ReadQuery)
  @AsksWith(VerifyAudit)
  verify(@BodyOf(VerifyAudit) asked: VerifyAudit, @QueryOf(ReadQuery) query: ReadQuery) {
    return this.queries.execute(new VerifyHistory(asked, query));
  }
}

/**
 * A stream that fails ends its connection, so that no client takes what it got for the whole, and with it what was yet to be sent: that goes first.
 * Before anything was sent the failure is an answer like any other.
 */
async function* leftBeforeItBreaks(lines: AsyncIterable<string>, out: ServerResponse): AsyncGenerator<string, void, undefined> {
  try {
    yield* lines;
  } catch (error) {
    if (out.headersSent) await new Promise((resolve) => out.write('', resolve));
    throw error;
  }
}

/** Only who names it gets it: anything else, `*` included, is answered with a page. */
function asksForLines(accept = ''): boolean {
  return accept.split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === NDJSON && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
