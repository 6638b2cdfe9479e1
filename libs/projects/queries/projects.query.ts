import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Streams } from '@slipway/kernel';
import { type Answer, type MomentQuery, type Page, PageQuery, paged, positionOf, ReadModels } from '@slipway/platform';
import { type ActiveProject, activeProject, type Project, projectStream } from '../domain/project';
import { projectDecider } from '../domain/project.decider';
import { projectList, projectsTable } from '../projections/project-list';
import { projectWithSets } from './project-with-sets';

export class ListProjects {
  constructor(readonly page: PageQuery) {}
}

@QueryHandler(ListProjects)
export class ListProjectsHandler implements IQueryHandler<ListProjects> {
  constructor(private readonly models: ReadModels) {}

  execute({ page }: ListProjects): Promise<Answer<Page<Project>>> {
    return this.models.from(projectList, positionOf(page), (snapshot) => paged(snapshot, projectsTable, { page }, (row) => row.project));
  }
}

/** A part of a project, from its folded stream, now or as it stood; `withSets`: its variables with those of its sets behind them. */
export class ShowProject {
  constructor(
    readonly slug: string,
    readonly query: MomentQuery,
    readonly part: (project: ActiveProject) => unknown,
    readonly withSets = false,
  ) {}
}

@QueryHandler(ShowProject)
export class ShowProjectHandler implements IQueryHandler<ShowProject> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
  ) {}

  execute({ slug, query, part, withSets }: ShowProject): Promise<Answer<unknown>> {
    return this.models.foldedAsOf(query, async (moment) => {
      const { state, version } = await this.streams.existing(projectDecider, projectStream(slug), moment?.position);
      const project = activeProject(state);
      return { body: part(withSets ? await projectWithSets(this.streams, project, moment?.position) : project), version };
    });
  }
}
