import { Injectable } from '@nestjs/common';
import { Streams } from '@slipway/kernel';
import { ReadModels } from '@slipway/platform';
import { ReleasesReader } from '../contract';
import { type KnownRelease, releaseStream } from '../domain/release';
import { releaseDecider } from '../domain/release.decider';
import { LISTED_STATES, releaseList, releasesTable } from '../projections/release-list';

@Injectable()
export class StoredReleases extends ReleasesReader {
  constructor(
    private readonly streams: Streams,
    private readonly models: ReadModels,
  ) {
    super();
  }

  async find(project: string, version: string): Promise<KnownRelease | undefined> {
    const { state } = await this.streams.load(releaseDecider, releaseStream(project, version));
    return state.status === 'none' ? undefined : state;
  }

  async latest(project: string, before: bigint): Promise<string | undefined> {
    const where = { project, createdAt: { lt: before }, state: LISTED_STATES };
    const [row] = await this.models.asOfHead(releaseList, (snapshot) =>
      snapshot.select(releasesTable, { where, orderBy: ['-createdAt'], limit: 1 }),
    );
    return row?.version;
  }
}
