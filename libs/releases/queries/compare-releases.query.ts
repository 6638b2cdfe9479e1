import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EnvironmentsReader } from '@slipway/environments/contract';
import { defined, DomainError, Streams } from '@slipway/kernel';
import { Answer, IsSlug, IsText, misfit, Optional, positionOf, ReadModels, ReadQuery } from '@slipway/platform';
import { type Compared, compareReleases } from '../domain/compare-releases';
import { type KnownRelease, knownRelease, releaseStream } from '../domain/release';
import { releaseDecider } from '../domain/release.decider';
import { currentTable, releaseList } from '../projections/release-list';

/** What a release is held against: another one, or the one that runs in an environment. */
export class CompareQuery extends ReadQuery {
  @Optional() @IsText(1, 100) with?: string;
  @Optional() @IsSlug() environment?: string;
}

export class CompareReleases {
  constructor(
    readonly project: string,
    readonly version: string,
    readonly query: CompareQuery,
  ) {}
}

/** What changes from the other release to this one, each with its newest variable snapshot, or the one with which it was deployed where it runs. */
@QueryHandler(CompareReleases)
export class CompareReleasesHandler implements IQueryHandler<CompareReleases> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
    private readonly environments: EnvironmentsReader,
  ) {}

  async execute({ project, version, query }: CompareReleases): Promise<Answer<unknown>> {
    await this.check(query);
    const { environment } = query;
    const { body: running, position } = await this.models.from(releaseList, positionOf(query), (snapshot) =>
      environment === undefined ? Promise.resolve(undefined) : snapshot.get(currentTable.now, project, environment),
    );
    const to = withSnapshot(await this.release(project, version));
    const other = query.with ?? running?.version;
    if (other === undefined)
      throw new DomainError('not-found', 'release.nothing-runs', `No release of ${project} runs in ${environment} yet.`, {
        project,
        environment,
      });
    const from = withSnapshot(await this.release(project, other), running?.deployment);
    const body = { project, from: shown(from, running), to: shown(to), ...compareReleases(from, to) };
    return new Answer(body, position);
  }

  /** Errors: DomainError `request.invalid` unless exactly one of the two is asked for, or for an environment that there is not. */
  private async check(query: CompareQuery): Promise<void> {
    checkOther(query);
    const { environment } = query;
    const faults = environment === undefined ? [] : await this.environments.faults([['?environment', environment]]);
    if (faults.length > 0) throw misfit(faults);
  }

  private async release(project: string, version: string): Promise<KnownRelease> {
    return knownRelease((await this.streams.existing(releaseDecider, releaseStream(project, version))).state);
  }
}

/** Errors: DomainError `request.invalid` unless exactly one of the two is asked for. */
function checkOther({ with: version, environment }: CompareQuery): void {
  if ((version === undefined) !== (environment === undefined)) return;
  const one = 'give `with`, the version of another release, or `environment`, to compare with what runs there';
  const message = version === undefined ? one : `${one}, not both`;
  const errors = ['?with', '?environment'].map((pointer) => ({ pointer, message }));
  throw new DomainError('invalid', 'request.invalid', `The query does not say what to compare with: ${message}.`, {}, errors);
}

function withSnapshot(release: KnownRelease, deployment?: string): Compared {
  const number = release.deployments.find((one) => one.deployment === deployment)?.variablesSnapshot;
  const snapshot = release.snapshots.find((one) => one.number === number) ?? release.snapshots.at(-1);
  if (!snapshot) throw new Error('a release has at least one snapshot');
  return { release, snapshot };
}

function shown({ release, snapshot }: Compared, running?: { environment: string; deployment: string }): object {
  const { version, createdAt, createdBy, contentHash } = release;
  const { environment, deployment } = running ?? {};
  return defined({ version, createdAt, createdBy, contentHash, snapshot: snapshot.number, environment, deployment });
}
