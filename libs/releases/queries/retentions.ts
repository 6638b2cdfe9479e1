import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Injectable } from '@nestjs/common';
import { Clock, type Snapshot } from '@slipway/kernel';
import { KEEP_ALL, LifecyclesReader, retentionOf } from '@slipway/lifecycles/contract';
import { type Answer, type Page, PageQuery, paged, positionOf, ReadModels } from '@slipway/platform';
import { ProjectsReader } from '@slipway/projects/contract';
import { judgeRetention, type RetentionRules, type RetentionVerdict } from '../domain/retention';
import { fromRow, LISTED_STATES, releaseList, releasesTable } from '../projections/release-list';

/** Judges releases by the rules that lifecycles have now. */
@Injectable()
export class Retentions {
  constructor(
    private readonly models: ReadModels,
    private readonly lifecycles: LifecyclesReader,
    private readonly clock: Clock,
  ) {}

  /** Projects that have releases under a lifecycle that takes some away, as of the log's head. */
  async projects(): Promise<string[]> {
    const lifecycle = (await this.lifecycles.withRetention()).map(({ slug }) => slug);
    if (lifecycle.length === 0) return [];
    return this.models.asOfHead(releaseList, async (snapshot) => {
      const projects: string[] = [];
      for (;;) {
        const where = { lifecycle, state: LISTED_STATES, project: { gt: projects.at(-1) ?? '' } };
        const [row] = await snapshot.select(releasesTable, { where, orderBy: ['project'], limit: 1 });
        if (!row) return projects;
        projects.push(row.project);
      }
    });
  }

  /** Verdicts of the releases of a project that lists show. */
  async verdicts(project: string): Promise<RetentionVerdict[]> {
    const rules = await this.rules();
    return this.models.asOfHead(releaseList, (snapshot) => this.judged(snapshot, project, rules));
  }

  /** The same for a page of them, the newest first. */
  async page(project: string, page: PageQuery): Promise<Answer<Page<object>>> {
    const rules = await this.rules();
    return this.models.from(releaseList, positionOf(page), async (snapshot) => {
      const verdicts = new Map((await this.judged(snapshot, project, rules)).map((verdict) => [verdict.release.version, verdict]));
      const select = { where: { project, state: LISTED_STATES }, orderBy: ['-createdAt'] as const, page };
      return paged(snapshot, releasesTable, select, ({ version }) => verdictResource(version, verdicts.get(version)));
    });
  }

  private async judged(snapshot: Snapshot, project: string, rules: RetentionRules): Promise<RetentionVerdict[]> {
    const rows = await snapshot.select(releasesTable, { where: { project, state: LISTED_STATES } });
    return judgeRetention(rows.map(fromRow), rules, this.clock.timestamp());
  }

  private async rules(): Promise<RetentionRules> {
    const lifecycles = new Map((await this.lifecycles.withRetention()).map((lifecycle) => [lifecycle.slug, lifecycle]));
    return (slug, phase) => {
      const lifecycle = lifecycles.get(slug);
      return lifecycle ? retentionOf(lifecycle, phase) : KEEP_ALL;
    };
  }
}

function verdictResource(version: string, verdict: RetentionVerdict | undefined): object {
  return { version, goes: verdict?.goes ?? false, phases: verdict?.phases ?? [], protectedBy: verdict?.protectedBy ?? [] };
}

/** What retention makes of each release of a project; nothing goes by asking. */
export class ShowRetention {
  constructor(
    readonly project: string,
    readonly page: PageQuery,
  ) {}
}

@QueryHandler(ShowRetention)
export class ShowRetentionHandler implements IQueryHandler<ShowRetention> {
  constructor(
    private readonly projects: ProjectsReader,
    private readonly retentions: Retentions,
  ) {}

  async execute({ project, page }: ShowRetention): Promise<Answer<Page<object>>> {
    await this.projects.existing(project);
    return this.retentions.page(project, page);
  }
}
