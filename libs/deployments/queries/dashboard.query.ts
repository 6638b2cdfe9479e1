import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Clock, defined, type Snapshot } from '@slipway/kernel';
import { Answer, IsSlug, NotYet, Optional, PageQuery, paged, positionOf, ReadModels } from '@slipway/platform';
import { deploymentsProjection } from '../projections/deployments';
import {
  boardEnvironmentsTable,
  boardProjectsTable,
  cellsTable,
  type DeploymentRow,
  deploymentsTable,
} from '../projections/deployments.tables';
import { deploymentSummary } from './deployment-resource';

/** A window of the dashboard: `limit` projects by slug, and all environments or one. */
export class DashboardQuery extends PageQuery {
  @Optional() @IsSlug() project?: string;
  @Optional() @IsSlug() environment?: string;
  @Optional() @NotYet() asOf?: never;
}

export class ShowDashboard {
  constructor(readonly query: DashboardQuery) {}
}

/** The next ones of a cell; a backlog of thousands is counted by the list of deployments. */
const UPCOMING = 10;
const UPCOMING_ROWS = 2_000;

@QueryHandler(ShowDashboard)
export class ShowDashboardHandler implements IQueryHandler<ShowDashboard> {
  constructor(
    private readonly models: ReadModels,
    private readonly clock: Clock,
  ) {}

  async execute({ query }: ShowDashboard): Promise<Answer<unknown>> {
    const at = this.clock.timestamp();
    const { body, position } = await this.models.from(deploymentsProjection, positionOf(query), async (snapshot) => {
      const where = query.project === undefined ? {} : { project: query.project };
      const page = await paged(snapshot, boardProjectsTable, { where, page: query }, (row) => row.project);
      const environments = await columns(snapshot, query.environment);
      return { page, environments, cells: await cells(snapshot, page.items, environments) };
    });
    const projects = body.page.items.map((project) => ({ project, cells: body.cells.get(project) ?? {} }));
    return new Answer(
      defined({ asOf: { at, position: String(position) }, environments: body.environments, projects, next: body.page.next }),
      position,
    );
  }
}

async function columns(snapshot: Snapshot, only: string | undefined): Promise<string[]> {
  const rows = await snapshot.select(boardEnvironmentsTable, { orderBy: ['place', 'createdAt'] });
  return rows.map((row) => row.environment).filter((slug) => only === undefined || slug === only);
}

interface Cell {
  current?: { release: string; deployment: string; since: string };
  latest?: object;
  upcoming: object[];
}

async function cells(
  snapshot: Snapshot,
  projects: readonly string[],
  environments: readonly string[],
): Promise<Map<string, Record<string, Cell>>> {
  const board = new Map<string, Record<string, Cell>>(projects.map((project) => [project, {}]));
  const cell = (project: string, environment: string): Cell | undefined => {
    const row = board.get(project);
    return row && environments.includes(environment) ? (row[environment] ??= { upcoming: [] }) : undefined;
  };
  const rows = await snapshot.select(cellsTable, { where: { project: projects, environment: environments } });
  const latest = await snapshot.getMany(
    deploymentsTable,
    rows.flatMap((row) => (row.latest === null ? [] : [[row.latest]])),
  );
  const byId = new Map(latest.map((row) => [row.id, row]));
  for (const row of rows) {
    const shown = cell(row.project, row.environment);
    const last: DeploymentRow | undefined = row.latest === null ? undefined : byId.get(row.latest);
    if (shown && row.current) shown.current = row.current;
    if (shown && last) shown.latest = deploymentSummary(last.fold.view);
  }
  for (const row of await upcoming(snapshot, projects, environments)) {
    const shown = cell(row.project, row.environment);
    if (shown && shown.upcoming.length < UPCOMING) shown.upcoming.push(deploymentSummary(row.fold.view));
  }
  return board;
}

/** What is coming, the next one first. A window with a long backlog is asked cell by cell, so that one cell's backlog hides no other's. */
async function upcoming(snapshot: Snapshot, projects: readonly string[], environments: readonly string[]): Promise<DeploymentRow[]> {
  const where = { state: ['scheduled', 'queued'] };
  const window = { where: { ...where, project: projects, environment: environments }, orderBy: ['at'] as const, limit: UPCOMING_ROWS };
  const rows = await snapshot.select(deploymentsTable, window);
  if (rows.length < UPCOMING_ROWS) return rows;
  const cells = projects.flatMap((project) => environments.map((environment) => ({ project, environment })));
  const each: DeploymentRow[] = [];
  for (const cell of cells)
    each.push(...(await snapshot.select(deploymentsTable, { where: { ...where, ...cell }, orderBy: ['at'], limit: UPCOMING })));
  return each;
}
