import { Injectable } from '@nestjs/common';
import { EnvironmentsReader } from '@slipway/environments/contract';
import { Streams } from '@slipway/kernel';
import { LifecyclesReader, type Phase } from '../contract';
import { type Lifecycle, lifecycleStream } from '../domain/lifecycle';
import { lifecycleDecider } from '../domain/lifecycle.decider';

@Injectable()
export class StoredLifecycles extends LifecyclesReader {
  constructor(
    private readonly streams: Streams,
    private readonly environments: EnvironmentsReader,
  ) {
    super();
  }

  async find(slug: string): Promise<Lifecycle | undefined> {
    const { state } = await this.streams.load(lifecycleDecider, lifecycleStream(slug));
    return state.status === 'active' ? state.lifecycle : undefined;
  }

  async phasesOf({ phases }: Lifecycle): Promise<readonly Phase[]> {
    if (phases.length > 0) return phases;
    const all = await this.environments.all();
    return all.map(({ slug }) => ({ name: slug, environments: [{ environment: slug, automatic: false }], optional: false }));
  }
}
