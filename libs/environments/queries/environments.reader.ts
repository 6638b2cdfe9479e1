import { Injectable } from '@nestjs/common';
import { Streams } from '@slipway/kernel';
import { ReadModels } from '@slipway/platform';
import { EnvironmentsReader } from '../contract';
import { type Environment, environmentStream } from '../domain/environment';
import { environmentDecider } from '../domain/environment.decider';
import { ENVIRONMENT_ORDER, environmentList, environmentsTable } from '../projections/environment-list';

@Injectable()
export class StoredEnvironments extends EnvironmentsReader {
  constructor(
    private readonly streams: Streams,
    private readonly models: ReadModels,
  ) {
    super();
  }

  async find(slug: string): Promise<Environment | undefined> {
    const { state } = await this.streams.load(environmentDecider, environmentStream(slug));
    return state.status === 'active' ? state.environment : undefined;
  }

  all(): Promise<Environment[]> {
    return this.models.asOfHead(environmentList, async (snapshot) => {
      const rows = await snapshot.select(environmentsTable, { orderBy: ENVIRONMENT_ORDER });
      return rows.map((row) => row.environment);
    });
  }
}
