import { type Appended, type Clock, WrongExpectedVersion } from '@slipway/kernel';
import type { EventRow } from '../event-row';
import { firstVersionOf, holds, idTaken, type PreparedAppend } from '../prepared-append';
import type { EventTable } from './event-table';

/** Last versions of streams as this process, the sole writer, left them. */
export interface KnownVersions {
  get(stream: string): number | undefined;
  set(stream: string, version: number): unknown;
}

/**
 * Appends that share a transaction, decided in the order of their arrival; each sees those before it. Nothing here counts before the
 * transaction committed.
 */
export class AppendGroup {
  readonly rows: EventRow[] = [];
  private readonly versions = new Map<string, number>();

  constructor(
    private readonly table: EventTable,
    private readonly known: KnownVersions,
    private lastPosition: number,
    private readonly clock: Clock,
  ) {}

  /** Writes an append's events or none. Errors: WrongExpectedVersion, InfrastructureError `event-store.event-id-taken`; SQLite's own. */
  add(append: PreparedAppend): Appended {
    const { stream, expected } = append;
    const seen = this.versions.get(stream) ?? this.known.get(stream);
    if (seen === undefined && expected === 'none') {
      // Most streams begin so, and the unique version finds out at no cost whether this one does.
      const appended = this.insert(append, -1);
      if (appended) return appended;
    }
    const last = seen ?? this.table.lastVersion(stream);
    this.versions.set(stream, last);
    if (!holds(expected, last)) return this.refuse(append, last);
    return this.insert(append, last) ?? this.refuseIds(append);
  }

  /** Hands the versions over once the transaction is committed. */
  publish(): void {
    for (const [stream, version] of this.versions) this.known.set(stream, version);
  }

  private insert({ stream, events, keepForSeconds }: PreparedAppend, last: number): Appended | undefined {
    const expiresAt = keepForSeconds === undefined ? null : this.clock.now() + Math.ceil(keepForSeconds * 1_000);
    const first = this.lastPosition + 1;
    const rows: EventRow[] = [];
    for (const { id, type, data, metadata } of events) {
      const row = { position: first + rows.length, stream, version: last + 1 + rows.length, id, type, data, metadata };
      if (!this.table.insert(row, expiresAt)) {
        if (rows.length > 0) this.table.removePositions(first, row.position - 1);
        return undefined;
      }
      rows.push(row);
    }
    this.rows.push(...rows);
    this.lastPosition += rows.length;
    this.versions.set(stream, last + rows.length);
    return { version: last + rows.length, position: BigInt(this.lastPosition) };
  }

  private refuse(append: PreparedAppend, last: number): Appended {
    const first = firstVersionOf(append.expected);
    const original = first === undefined || first > last ? undefined : this.table.repeated(append, first);
    if (original) return original;
    throw new WrongExpectedVersion(append.stream, append.expected, last < 0 ? 'none' : last);
  }

  private refuseIds(append: PreparedAppend): Appended {
    const { stream, expected, events } = append;
    const place = this.table.placeOf(events[0]!.id);
    const original = typeof expected === 'number' || place?.stream !== stream ? undefined : this.table.repeated(append, place.version);
    if (original) return original;
    throw idTaken(stream, (events.find((event) => this.table.placeOf(event.id)) ?? events[0]!).id);
  }
}
