import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Streams, type Where } from '@slipway/kernel';
import {
  type Answer,
  IsOneOf,
  IsSlug,
  IsText,
  MomentQuery,
  Optional,
  type Page,
  paged,
  PageQuery,
  positionOf,
  ReadModels,
} from '@slipway/platform';
import { ProjectsReader } from '@slipway/projects/contract';
import { Matches } from 'class-validator';
import type { CurrentReleases } from '../domain/deletability';
import { type KnownRelease, knownRelease, releaseStream } from '../domain/release';
import { releaseDecider } from '../domain/release.decider';
import { fromRow, LISTED_STATES, releaseList, type ReleaseRow, releasesTable } from '../projections/release-list';
import { currentReleases, readCurrent } from './current-releases';
import { releaseSummary } from './release-resource';

const STATES = ['active', 'blocked', 'archived', 'deleted'];

/** Filters of a list of releases; archived and deleted ones are shown only when asked for. */
export class ReleasesQuery extends PageQuery {
  @Optional() @IsText(1, 200) text?: string;
  @Optional() @IsSlug() channel?: string;
  @Optional() @IsOneOf(STATES) state?: string;
  /** Releases that ever reached it with success. */
  @Optional() @IsSlug() environment?: string;
}

export class SnapshotQuery extends MomentQuery {
  @Optional() @Matches(/^[1-9]\d{0,5}$/, { message: 'must be the number of a snapshot: 1, 2 …' }) snapshot?: string;
}

export class ListReleases {
  constructor(
    readonly project: string,
    readonly query: ReleasesQuery,
  ) {}
}

@QueryHandler(ListReleases)
export class ListReleasesHandler implements IQueryHandler<ListReleases> {
  constructor(
    private readonly models: ReadModels,
    private readonly projects: ProjectsReader,
  ) {}

  async execute({ project, query }: ListReleases): Promise<Answer<Page<unknown>>> {
    await this.projects.existing(project);
    return this.models.from(releaseList, positionOf(query), async (snapshot) => {
      const { text, channel, state, environment } = query;
      const where: Where<ReleaseRow> = {
        project,
        state: state ?? LISTED_STATES,
        ...(text === undefined ? {} : { words: { contains: text.toLowerCase() } }),
        ...(channel === undefined ? {} : { channel }),
        ...(environment === undefined ? {} : { reached: { contains: ` ${environment} ` } }),
      };
      const current = await currentReleases(snapshot, project);
      return paged(snapshot, releasesTable, { where, orderBy: ['-createdAt'], page: query }, (row) =>
        releaseSummary(fromRow(row), current),
      );
    });
  }
}

/** Something about one release, from its folded stream and what is known to run in the project's environments. */
export class ShowRelease {
  constructor(
    readonly project: string,
    readonly version: string,
    readonly query: MomentQuery,
    readonly part: (release: KnownRelease, current: CurrentReleases) => unknown,
  ) {}
}

@QueryHandler(ShowRelease)
export class ShowReleaseHandler implements IQueryHandler<ShowRelease> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
  ) {}

  execute({ project, version, query, part }: ShowRelease): Promise<Answer<unknown>> {
    return this.models.foldedAsOf(query, async (moment) => {
      const loaded = await this.streams.existing(releaseDecider, releaseStream(project, version), moment?.position);
      const current = await readCurrent(this.models, project, query, moment);
      return { body: part(knownRelease(loaded.state), current), version: loaded.version };
    });
  }
}
