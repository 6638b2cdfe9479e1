import { Injectable } from '@nestjs/common';
import { Streams } from '@slipway/kernel';
import { ReleasesReader } from '../contract';
import { type KnownRelease, releaseStream } from '../domain/release';
import { releaseDecider } from '../domain/release.decider';

@Injectable()
export class StoredReleases extends ReleasesReader {
  constructor(private readonly streams: Streams) {
    super();
  }

  async find(project: string, version: string): Promise<KnownRelease | undefined> {
    const { state } = await this.streams.load(releaseDecider, releaseStream(project, version));
    return state.status === 'none' ? undefined : state;
  }
}
