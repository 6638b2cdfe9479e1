import { InfrastructureError, type Telemetry } from '@slipway/kernel';
import fastify, { type FastifyInstance } from 'fastify';
import type { ProcessState } from './process-state';
import type { Readiness } from './readiness';

/** What a process that serves nobody tells of itself. */
export interface StatusParts {
  readonly state: ProcessState;
  readonly readiness: Readiness;
  readonly telemetry: Telemetry;
}

/** `/health/live`, `/health/ready` and `/metrics` of a process without an API, as that answers them. */
export class StatusServer {
  private readonly server: FastifyInstance = fastify({ forceCloseConnections: true });

  constructor({ state, readiness, telemetry }: StatusParts) {
    this.server.get('/health/live', () => ({ state: state.current }));
    this.server.get('/health/ready', async (_request, reply) => {
      const report = await readiness.report();
      return reply.status(report.ready ? 200 : 503).send(report);
    });
    this.server.get('/metrics', async (_request, reply) => {
      const { contentType, body } = await telemetry.metrics.page();
      return reply.header('Content-Type', contentType).send(body);
    });
  }

  /** Resolves with the address. Errors: InfrastructureError `http.cannot-listen`, naming the setting to change. */
  listen(host: string, port: number): Promise<string> {
    return listenOn(this.server, host, port);
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

/** Takes requests from now on; resolves with the address. Errors: InfrastructureError `http.cannot-listen`, naming the setting to change. */
export async function listenOn(server: Pick<FastifyInstance, 'listen'>, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ port, host });
  } catch (error) {
    const why = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (!why) throw error;
    throw new InfrastructureError('http.cannot-listen', `Slipway cannot listen on ${host}, port ${port}: ${why}.`, false, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process does already; stop that one, or set HTTP_PORT to a free port (0: any)',
  EACCES: 'this user may not; set HTTP_PORT to one from 1024 on (0: any)',
  EADDRNOTAVAIL: 'this machine has no such address; set HTTP_HOST to 127.0.0.1',
};
