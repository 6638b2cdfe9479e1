import type { RecordedEvent } from '../event';
import type { ReadStore, RowChange } from '../ports/read-store';
import type { Projection, Rows } from '../projection';
import { BatchRows } from './batch-rows';

/** What a batch comes to: the first `applied` events as row changes; `error` stopped it at the event behind them. */
export interface Folded {
  readonly applied: number;
  readonly changes: readonly RowChange[];
  readonly error?: unknown;
}

/** Folds events into the rows of a projection in memory, as far as it can. */
export class ProjectionFold {
  constructor(
    private readonly projection: Projection,
    private readonly readStore: ReadStore,
    private readonly decode: (event: RecordedEvent) => RecordedEvent,
  ) {}

  async fold(events: readonly RecordedEvent[]): Promise<Folded> {
    const rows = new BatchRows(this.projection, this.readStore);
    let applied = 0;
    try {
      for (const event of events) {
        await this.apply(this.decode(event), rows);
        rows.keep();
        applied += 1;
      }
    } catch (error) {
      rows.discard();
      return { applied, changes: rows.changes(), error };
    }
    return { applied, changes: rows.changes() };
  }

  private async apply(event: RecordedEvent, rows: Rows): Promise<void> {
    const handler = Object.hasOwn(this.projection.on, event.type) ? this.projection.on[event.type] : undefined;
    if (handler) await handler(rows, event as never);
  }
}
