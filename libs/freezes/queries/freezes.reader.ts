import { Injectable } from '@nestjs/common';
import { selectAt, type Snapshot } from '@slipway/kernel';
import { ReadModels } from '@slipway/platform';
import { FreezesReader, type KnownFreeze } from '../contract';
import { freezeList, freezesTable } from '../projections/freeze-list';

@Injectable()
export class StoredFreezes extends FreezesReader {
  constructor(private readonly models: ReadModels) {
    super();
  }

  async of(project: string, from: string, position?: bigint): Promise<KnownFreeze[]> {
    const read = (snapshot: Snapshot) => selectAt(snapshot, freezesTable, { where: { state: 'active', overAt: { gt: from } } }, position);
    const rows =
      position === undefined ? await this.models.asOfHead(freezeList, read) : (await this.models.from(freezeList, position, read)).body;
    return rows.map((row) => row.freeze).filter(({ projects }) => projects?.includes(project) ?? true);
  }
}
