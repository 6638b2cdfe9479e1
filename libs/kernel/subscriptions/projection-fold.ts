import type { RecordedEvent } from '../event';
import type { ReadStore, RowChange } from '../ports/read-store';
import type { Projection, Rows } from '../projection';
import { BatchRows } from './batch-rows';
import { KeptRows } from './kept-rows';

/** What a batch comes to: the first `applied` events as row changes; `error` stopped it at the event behind them. */
export interface Folded {
  readonly applied: number;
  readonly changes: readonly RowChange[];
  readonly error?: unknown;
  /** To be called once the changes are saved. */
  readonly saved: () => void;
}

/**
 * Folds events into the rows of a projection in memory, as far as it can. Rows of batches that were saved are kept for the next ones; all of them are forgotten
 * when a batch was not, since nobody knows then what is in the store.
 */
export class ProjectionFold {
  private kept: KeptRows | undefined;

  constructor(
    private readonly projection: Projection,
    private readonly readStore: ReadStore,
    private readonly decode: (event: RecordedEvent) => RecordedEvent,
  ) {}

  async fold(events: readonly RecordedEvent[]): Promise<Folded> {
    const kept = this.kept ?? new KeptRows();
    this.forget();
    const rows = new BatchRows(this.projection, this.readStore, kept);
    const saved = () => {
      rows.saved();
      this.kept = kept;
    };
    let applied = 0;
    try {
      for (const event of events) {
        await this.apply(this.decode(event), rows);
        rows.keep();
        applied += 1;
      }
    } catch (error) {
      rows.discard();
      return { applied, changes: rows.changes(), error, saved };
    }
    return { applied, changes: rows.changes(), saved };
  }

  /** Somebody else may have written the rows meanwhile. */
  forget(): void {
    this.kept = undefined;
  }

  private async apply(event: RecordedEvent, rows: Rows): Promise<void> {
    const handler = Object.hasOwn(this.projection.on, event.type) ? this.projection.on[event.type] : undefined;
    if (handler) await handler(rows, event as never);
  }
}
