import { Injectable } from '@nestjs/common';
import { EnvironmentsReader } from '@slipway/environments/contract';
import { Streams } from '@slipway/kernel';
import { ReadModels } from '@slipway/platform';
import { LifecyclesReader, type Phase } from '../contract';
import { type Lifecycle, lifecycleStream } from '../domain/lifecycle';
import { lifecycleDecider } from '../domain/lifecycle.decider';
import { keepsAll } from '../domain/retention';
import { lifecycleList, lifecyclesTable } from '../projections/lifecycle-list';

@Injectable()
export class StoredLifecycles extends LifecyclesReader {
  constructor(
    private readonly streams: Streams,
    private readonly environments: EnvironmentsReader,
    private readonly models: ReadModels,
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

  async withRetention(): Promise<Lifecycle[]> {
    const rows = await this.models.asOfHead(lifecycleList, (snapshot) => snapshot.select(lifecyclesTable));
    return rows.map((row) => row.lifecycle).filter((lifecycle) => !keepsAll(lifecycle));
  }
}
