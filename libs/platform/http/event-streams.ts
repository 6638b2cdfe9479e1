import type { ServerResponse } from 'node:http';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock, InfrastructureError, Log, messageOf } from '@slipway/kernel';
import type { FastifyReply } from 'fastify';
import type { Followed, FollowedMessage } from '../queries/answer';
import { Settings } from '../settings';
import { EventStreamWriter } from './event-stream-writer';

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // What follows is never reused, and a kept connection would hold the process up when it stops.
  Connection: 'close',
};

/**
 * Answers that go on, as server-sent events (WHATWG HTML, 9.2): at most SSE_CLIENTS at once in a process. A message is read when the client took the one
 * before, so a client that never reads costs no memory; it is cut off after a while, and comes back with `Last-Event-ID`. All end when the process stops.
 */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  private readonly open = new Map<EventStreamWriter, Promise<void>>();
  private closing = false;

  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
    @Inject(Log) private readonly log: Log,
  ) {}

  /** Resolves when the stream is over, however it ended. Errors, before anything is sent: InfrastructureError `event-streams.full` (retryable). */
  async send(reply: FastifyReply, followed: Followed): Promise<void> {
    this.checkRoom();
    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { ...HEADERS, 'Slipway-Position': String(followed.position) });
    // Asked for the headers alone: nothing would ever be sent, and nothing tell when to stop.
    if (reply.request.method === 'HEAD') return void out.end();
    const writer = new EventStreamWriter(out, this.clock);
    const sent = this.copy(followed.messages(writer.signal), writer, out);
    this.open.set(writer, sent);
    await sent.finally(() => this.open.delete(writer));
  }

  async onModuleDestroy(): Promise<void> {
    this.closing = true;
    for (const writer of this.open.keys()) writer.stop();
    await Promise.all(this.open.values());
  }

  private checkRoom(): void {
    const most = this.settings.SSE_CLIENTS;
    if (this.closing) throw full('Slipway is stopping: follow again when it is back.');
    if (this.open.size >= most) throw full(`${most} clients follow already (SSE_CLIENTS): end one of them, or try again later.`);
  }

  private async copy(messages: AsyncIterable<FollowedMessage>, writer: EventStreamWriter, out: ServerResponse): Promise<void> {
    try {
      for await (const message of messages) if (!(await writer.write(message))) break;
    } catch (error) {
      this.log.warn('a stream to follow broke off', { reason: messageOf(error) });
      out.destroy();
    }
    await writer.end();
  }
}

function full(message: string): InfrastructureError {
  return new InfrastructureError('event-streams.full', message, true);
}
