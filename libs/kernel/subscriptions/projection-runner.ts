import type { RecordedEvent } from '../event';
import { CheckpointMoved, type RowChange, schemaName } from '../ports/read-store';
import type { Projection } from '../projection';
import { CatchUpSubscription, type SubscriptionOptions, type SubscriptionPorts } from './catch-up-subscription';
import { ProjectionFold } from './projection-fold';

/** Keeps the rows of one projection up to date: one transaction per batch that changes any, and never past an event that it could not apply. */
export class ProjectionRunner extends CatchUpSubscription {
  protected readonly kind = 'projection';
  private readonly folding: ProjectionFold;

  constructor(
    readonly projection: Projection,
    ports: SubscriptionPorts,
    options: SubscriptionOptions = {},
  ) {
    super(schemaName(projection), 'beginning', ports, options);
    this.folding = new ProjectionFold(projection, ports.readStore, (event) => ports.catalogue.decode(event));
  }

  protected override prepare(): Promise<void> {
    this.folding.forget();
    return this.ports.readStore.prepare(this.projection);
  }

  protected override async take(events: readonly RecordedEvent[], signal: AbortSignal): Promise<void> {
    let rest = events;
    let size = events.length;
    for (let tries = 1; rest.length > 0 && !signal.aborted;) {
      const part = rest.slice(0, size);
      const { applied, error } = await this.apply(part, signal);
      if (signal.aborted) return;
      rest = rest.slice(applied);
      if (applied > 0) tries = 1;
      if (error === undefined) {
        this.recovered();
      } else if (applied === 0 && part.length > 1 && size > 1) {
        // The store may have refused the rows of any of these: one by one the right event is named, and those before it are kept.
        size = 1;
      } else {
        await this.pause(error, tries, signal, rest[0]);
        tries += 1;
      }
    }
  }

  private async apply(events: readonly RecordedEvent[], signal: AbortSignal): Promise<{ applied: number; error?: unknown }> {
    const folded = await this.folding.fold(events);
    const last = events[folded.applied - 1];
    try {
      if (last && !(await this.keep(last.position, folded.changes, signal))) return { applied: 0 };
      folded.saved();
    } catch (error) {
      if (error instanceof CheckpointMoved) throw error;
      return { applied: 0, error };
    }
    return folded;
  }

  /** Most of what happens says nothing to a projection, and moves its checkpoint alone. */
  private async keep(position: bigint, changes: readonly RowChange[], signal: AbortSignal): Promise<boolean> {
    if (changes.length > 0) return this.save(position, changes, signal);
    this.done = position;
    this.saveSoon();
    return true;
  }
}
