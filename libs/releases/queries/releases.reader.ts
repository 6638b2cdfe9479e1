import { Injectable } from '@nestjs/common';
import { Streams } from '@slipway/kernel';
import { ReadModels } from '@slipway/platform';
import { ReleasesReader } from '../contract';
import { type KnownRelease, releaseStream } from '../domain/release';
import { releaseDecider } from '../domain/release.decider';
import { LISTED_STATES, releaseList } from '../projections/release-list';
import { latestWhere } from './latest-releases';

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

  latest(project: string, before: bigint): Promise<string | undefined> {
    const where = { project, createdAt: { lt: before }, state: LISTED_STATES };
    return this.models.asOfHead(releaseList, (snapshot) => latestWhere(snapshot, where));
  }
}
