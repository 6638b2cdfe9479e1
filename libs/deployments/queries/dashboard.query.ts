import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Clock, defined, selectAt, type Snapshot } from '@slipway/kernel';
import { Answer, IsMoment, IsSlug, Optional, type Page, PageQuery, paged, ReadModels } from '@slipway/platform';
import {
  board,
  type BoardDeploymentRow,
  boardDeploymentsTable,
  boardEnvironmentsTable,
  boardProjectsTable,
  cellsTable,
} from '../projections/board';

/** A window of the dashboard: `limit` projects by slug, and all environments or one. */
export class DashboardQuery extends PageQuery {
  @Optional() @IsSlug() project?: string;
  @Optional() @IsSlug() environment?: string;
  @Optional() @IsMoment() asOf?: string;
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
    const now = this.clock.timestamp();
    const { body, position } = await this.models.fromAsOf(board, query, async (snapshot, moment) => {
      const window = new Window(snapshot, moment?.position);
      const page = await window.projects(query);
      const environments = await window.environments(query.environment);
      return { at: moment?.at ?? now, page, environments, cells: await window.cells(page.items, environments) };
    });
    const { at, page, environments, cells } = body;
    const projects = page.items.map((project) => ({ project, cells: cells.get(project) ?? {} }));
    return new Answer(defined({ asOf: { at, position: String(position) }, environments, projects, next: page.next }), position);
  }
}

interface Cell {
  current?: { release: string; deployment: string; since: string };
  latest?: object;
  upcoming: object[];
}

/** The board as it stands, or as it stood at a position of the log. */
class Window {
  constructor(
    private readonly snapshot: Snapshot,
    private readonly upTo: bigint | undefined,
  ) {}

  projects(page: DashboardQuery): Promise<Page<string>> {
    const { project } = page;
    const where = { ...(project === undefined ? {} : { project }), ...(this.upTo === undefined ? {} : { since: { lte: this.upTo } }) };
    return paged(this.snapshot, boardProjectsTable, { where, page }, (row) => row.project);
  }

  async environments(only: string | undefined): Promise<string[]> {
    const rows = await selectAt(this.snapshot, boardEnvironmentsTable, { orderBy: ['place', 'createdAt'] }, this.upTo);
    return rows.map((row) => row.environment).filter((slug) => only === undefined || slug === only);
  }

  async cells(projects: readonly string[], environments: readonly string[]): Promise<Map<string, Record<string, Cell>>> {
    const shown = new Map<string, Record<string, Cell>>(projects.map((project) => [project, {}]));
    const cell = (project: string, environment: string): Cell | undefined => {
      const row = shown.get(project);
      return row && environments.includes(environment) ? (row[environment] ??= { upcoming: [] }) : undefined;
    };
    const rows = await selectAt(this.snapshot, cellsTable, { where: { project: projects, environment: environments } }, this.upTo);
    const summaries = await this.summaries(rows.flatMap(({ latest }) => latest ?? []));
    for (const { project, environment, current, latest } of rows) {
      const here = cell(project, environment);
      const last = latest === null ? undefined : summaries.get(latest);
      if (here && current) here.current = current;
      if (here && last) here.latest = last;
    }
    for (const { project, environment, summary } of await this.upcoming(projects, environments)) {
      const here = cell(project, environment);
      if (here && here.upcoming.length < UPCOMING) here.upcoming.push(summary);
    }
    return shown;
  }

  private async summaries(ids: readonly string[]): Promise<Map<string, object>> {
    const rows = await selectAt(this.snapshot, boardDeploymentsTable, { where: { id: ids } }, this.upTo);
    return new Map(rows.map(({ id, summary }) => [id, summary]));
  }

  /** What is coming, the next one first. A window with a long backlog is asked cell by cell, so that one cell's backlog hides no other's. */
  private async upcoming(projects: readonly string[], environments: readonly string[]): Promise<BoardDeploymentRow[]> {
    const find = (where: { project: string | readonly string[]; environment: string | readonly string[] }, limit: number) =>
      selectAt(
        this.snapshot,
        boardDeploymentsTable,
        { where: { state: ['scheduled', 'queued'], ...where }, orderBy: ['at'], limit },
        this.upTo,
      );
    const rows = await find({ project: projects, environment: environments }, UPCOMING_ROWS);
    if (rows.length < UPCOMING_ROWS) return rows;
    const each: BoardDeploymentRow[] = [];
    for (const project of projects) for (const environment of environments) each.push(...(await find({ project, environment }, UPCOMING)));
    return each;
  }
}
