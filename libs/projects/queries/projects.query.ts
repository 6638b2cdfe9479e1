import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Streams } from '@slipway/kernel';
import { type Answer, type MomentQuery, type Page, PageQuery, paged, positionOf, ReadModels } from '@slipway/platform';
import { type ActiveProject, activeProject, type Project, projectStream } from '../domain/project';
import { projectDecider } from '../domain/project.decider';
import { projectList, projectsTable } from '../projections/project-list';

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

/** A part of a project, from its folded stream, now or as it stood. */
export class ShowProject {
  constructor(
    readonly slug: string,
    readonly query: MomentQuery,
    readonly part: (project: ActiveProject) => unknown,
  ) {}
}

@QueryHandler(ShowProject)
export class ShowProjectHandler implements IQueryHandler<ShowProject> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
  ) {}

  execute({ slug, query, part }: ShowProject): Promise<Answer<unknown>> {
    return this.models.foldedAsOf(query, async (moment) => {
      const { state, version } = await this.streams.existing(projectDecider, projectStream(slug), moment?.position);
      return { body: part(activeProject(state)), version };
    });
  }
}
