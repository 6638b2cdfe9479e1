import { Injectable } from '@nestjs/common';
import { ReadModels } from '@slipway/platform';
import { FreezesReader, type KnownFreeze } from '../contract';
import { freezeList, freezesTable } from '../projections/freeze-list';

@Injectable()
export class StoredFreezes extends FreezesReader {
  constructor(private readonly models: ReadModels) {
    super();
  }

  of(project: string, from: string): Promise<KnownFreeze[]> {
    return this.models.asOfHead(freezeList, async (snapshot) => {
      const rows = await snapshot.select(freezesTable, { anyOf: [{ overAt: { gt: from } }, { overAt: null }] });
      return rows.map((row) => row.freeze).filter(({ projects }) => projects?.includes(project) ?? true);
    });
  }
}
