import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { defined, DomainError, utcTime, type Where } from '@slipway/kernel';
import {
  type Answer,
  IsOneOf,
  IsSlug,
  IsText,
  IsTime,
  NotYet,
  Optional,
  type Page,
  paged,
  PageQuery,
  positionOf,
  ReadModels,
  type ReadQuery,
} from '@slipway/platform';
import type { DeploymentView } from '../domain/deployment-view';
import { DEPLOYMENT_STATES } from '../domain/deployment-view';
import { deploymentsProjection } from '../projections/deployments';
import { type DeploymentRow, deploymentsTable } from '../projections/deployments.tables';
import { deploymentResource } from './deployment-resource';

/** Filters of a list of deployments; `since` and `until` bound `at`, when they are due. */
export class DeploymentsQuery extends PageQuery {
  @Optional() @IsSlug() project?: string;
  @Optional() @IsText(1, 100) release?: string;
  @Optional() @IsSlug() environment?: string;
  @Optional() @NotYet() circle?: never;
  @Optional() @IsOneOf(DEPLOYMENT_STATES) state?: string;
  @Optional() @IsTime() since?: string;
  @Optional() @IsTime() until?: string;
}

export class ListDeployments {
  constructor(readonly query: DeploymentsQuery) {}
}

@QueryHandler(ListDeployments)
export class ListDeploymentsHandler implements IQueryHandler<ListDeployments> {
  constructor(private readonly models: ReadModels) {}

  execute({ query }: ListDeployments): Promise<Answer<Page<unknown>>> {
    return this.models.from(deploymentsProjection, positionOf(query), (snapshot) =>
      paged(snapshot, deploymentsTable, { where: whereOf(query), orderBy: ['-scheduled'], page: query }, (row) =>
        deploymentResource(row, snapshot),
      ),
    );
  }
}

function whereOf({ project, release, environment, state, since, until }: DeploymentsQuery): Where<DeploymentRow> {
  const at = defined({ gte: since && utcTime(since), lt: until && utcTime(until) });
  return defined({ project, release, environment, state, at });
}

/** One deployment, or its steps. */
export class ShowDeployment {
  constructor(
    readonly id: string,
    readonly query: ReadQuery,
    readonly part: 'deployment' | 'steps',
  ) {}
}

@QueryHandler(ShowDeployment)
export class ShowDeploymentHandler implements IQueryHandler<ShowDeployment> {
  constructor(private readonly models: ReadModels) {}

  execute({ id, query, part }: ShowDeployment): Promise<Answer<unknown>> {
    return this.models.from(deploymentsProjection, positionOf(query), async (snapshot) => {
      const row = await snapshot.get(deploymentsTable, id);
      if (!row) throw notFound(id);
      return part === 'steps'
        ? ({ items: row.fold.view.steps } satisfies Page<DeploymentView['steps'][number]>)
        : deploymentResource(row, snapshot);
    });
  }
}

export function notFound(id: string): DomainError {
  return new DomainError('not-found', 'deployment.not-found', `There is no deployment ${id}.`, { deployment: id });
}
