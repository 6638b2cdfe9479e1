import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Clock, LogStore, type StoredChunk } from '@slipway/kernel';
import { Followed, type FollowedMessage, misfit, positionOf, ReadModels } from '@slipway/platform';
import type { DeploymentView } from '../domain/deployment-view';
import { deploymentsProjection } from '../projections/deployments';
import { deploymentsTable } from '../projections/deployments.tables';
import { type LogQuery, placeOf } from './deployment-log.query';
import { notFound } from './deployments.query';
import { outputArrived } from './output-arrival';

/** Chunks read at a time for one client. */
const READ_AT_ONCE = 50;
/** Output is gathered for half a second by its worker: looking more often would not bring it sooner. */
const LOOK_MS = 250;

/** Where in the log: behind so many chunks from a place of the log store on. They stay the same, for output is only ever added. */
interface Place {
  readonly page: number;
  readonly chunks: number;
}

export class FollowDeploymentLog {
  constructor(
    readonly id: string,
    readonly query: LogQuery,
    readonly lastEventId?: string,
  ) {}
}

/** What the steps printed and print, in the order it arrives: `chunk` after `chunk`, and `end` when the deployment has ended and all of it is told. */
@QueryHandler(FollowDeploymentLog)
export class FollowDeploymentLogHandler implements IQueryHandler<FollowDeploymentLog> {
  constructor(
    private readonly models: ReadModels,
    private readonly logs: LogStore,
    private readonly clock: Clock,
  ) {}

  /** Errors: DomainError `deployment.not-found`, `cursor.invalid`, `request.invalid`. */
  async execute({ id, query, lastEventId }: FollowDeploymentLog): Promise<Followed> {
    const from = startOf(query, lastEventId);
    const { position } = await this.models.from(deploymentsProjection, positionOf(query), async (snapshot) => {
      if (!(await snapshot.get(deploymentsTable, id))) throw notFound(id);
    });
    return new Followed((signal) => this.follow(id, from, signal), position);
  }

  private async *follow(id: string, from: Place, signal: AbortSignal): AsyncGenerator<FollowedMessage, void, undefined> {
    let { page, chunks: told } = from;
    for (;;) {
      // Looked at before the log is read: what is read afterwards is all there is.
      const view = await this.viewOf(id);
      const ended = view.finishedAt !== undefined;
      if (ended) await outputArrived(this.logs, this.clock, view);
      for (let more = true; more;) {
        const { chunks, next, reached } = await this.logs.read(id, { after: page, limit: READ_AT_ONCE });
        for (const [index, chunk] of chunks.entries()) {
          if (signal.aborted) return;
          if (index >= told) yield message(chunk, { page, chunks: index + 1 });
        }
        more = next !== undefined;
        [page, told] = [reached, 0];
      }
      if (ended) return yield { event: 'end', data: { state: view.state } };
      await this.clock.sleep(LOOK_MS, signal);
      if (signal.aborted) return;
    }
  }

  private viewOf(id: string): Promise<DeploymentView> {
    return this.models.now(deploymentsProjection, async (snapshot) => {
      const row = await snapshot.get(deploymentsTable, id);
      if (!row) throw notFound(id);
      return row.fold.view;
    });
  }
}

function message(data: StoredChunk, { page, chunks }: Place): FollowedMessage {
  return { id: `${page}.${chunks}`, event: 'chunk', data };
}

function startOf({ cursor }: LogQuery, lastEventId: string | undefined): Place {
  if (lastEventId === undefined) return { page: cursor === undefined ? 0 : placeOf(cursor), chunks: 0 };
  const [, page, chunks] = /^(\d{1,15})\.(\d{1,2})$/.exec(lastEventId) ?? [];
  if (page !== undefined && chunks !== undefined) return { page: Number(page), chunks: Number(chunks) };
  throw misfit([{ pointer: 'header:Last-Event-ID', message: 'must be the id of a chunk as this stream gave it' }]);
}
