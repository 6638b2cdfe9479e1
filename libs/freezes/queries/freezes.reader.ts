import { Injectable } from '@nestjs/common';
import { Streams } from '@slipway/kernel';
import { ReadModels } from '@slipway/platform';
import { FreezesReader, type KnownFreeze } from '../contract';
import { freezeStream } from '../domain/freeze';
import { freezeDecider } from '../domain/freeze.decider';
import { freezeList, freezesTable } from '../projections/freeze-list';

@Injectable()
export class StoredFreezes extends FreezesReader {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
  ) {
    super();
  }

  of(project: string, from: string): Promise<KnownFreeze[]> {
    return this.models.asOfHead(freezeList, async (snapshot) => {
      const anyOf = [{ overAt: { gt: from } }, { overAt: null }];
      const rows = await snapshot.select(freezesTable, { where: { state: 'active' }, anyOf });
      return rows.map((row) => row.freeze).filter((freeze) => isOf(freeze, project));
    });
  }

  async asOf(project: string, position: bigint): Promise<KnownFreeze[]> {
    const { body: slugs } = await this.models.from(freezeList, position, async (snapshot) =>
      (await snapshot.select(freezesTable)).map((row) => row.slug),
    );
    const states = await Promise.all(slugs.map((slug) => this.streams.load(freezeDecider, freezeStream(slug), position)));
    return states.flatMap(({ state }) => (state.status === 'active' && isOf(state.freeze, project) ? [state.freeze] : []));
  }
}

function isOf({ projects }: KnownFreeze, project: string): boolean {
  return projects?.includes(project) ?? true;
}
