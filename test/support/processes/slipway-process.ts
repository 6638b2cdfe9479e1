import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { temporaryFolder } from './folders';
import { type ProcessSettings, Program } from './program';
import type { StoredEvent } from './stored-event';

/** Slipway as one process, on a data folder. */
export class SlipwayProcess extends Program {
  constructor(
    settings: ProcessSettings = {},
    readonly dataFolder = temporaryFolder(),
  ) {
    super('standalone', { SLIPWAY_DATA_DIR: dataFolder, ...settings });
  }

  /** Everything but system events that the stopped process left in its event store, oldest first. Nothing is written. */
  async storedEvents(): Promise<StoredEvent[]> {
    const database = new Database(join(this.dataFolder, 'events.db'), { readonly: true });
    try {
      const all = database.prepare(
        "SELECT position, stream, version, id, type, data, metadata FROM events WHERE type NOT LIKE '$%' ORDER BY position",
      );
      return all.all([]) as StoredEvent[];
    } finally {
      database.close();
    }
  }

  /** Ends it and takes its folder away. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.dataFolder, { recursive: true, force: true });
  }
}
