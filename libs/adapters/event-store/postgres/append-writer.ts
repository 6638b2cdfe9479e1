import { type Appended, type Clock, WrongExpectedVersion } from '@slipway/kernel';
import { AppendQueue, type Waiting } from '../append-queue';
import type { EventRow } from '../event-row';
import { firstVersionOf, idTaken, type PreparedAppend } from '../prepared-append';
import type { EventTables, Outcome } from './event-tables';
import type { LogTail } from './log-tail';

/** What shares a transaction at most: everybody else, in other processes too, waits for its end. */
const GROUP = { events: 1_000, bytes: 4_194_304 };
const FORGET_EVERY_MS = 3_600_000;

/** Appends of this process: those that arrive while a group is on its way share the next transaction (decision 11). Forgets in passing what has expired. */
export class AppendWriter {
  private readonly queue = new AppendQueue(GROUP);
  private writing: Promise<void> | undefined;
  private closing = false;
  private nextForgetting = 0;

  /** The tail is told what each group wrote, in log order, before anybody gets an answer. */
  constructor(
    private readonly tables: EventTables,
    private readonly clock: Clock,
    private readonly tail: LogTail,
  ) {}

  /** Errors: WrongExpectedVersion; InfrastructureError `event-store.event-id-taken`, `event-store.unavailable` (outcome unknown), `event-store.failed`. */
  append(append: PreparedAppend): Promise<Appended> {
    const appended = this.queue.add(append);
    this.writing ??= this.writeAll();
    return appended;
  }

  /** Whether an answer is still to come. */
  get busy(): boolean {
    return this.writing !== undefined;
  }

  /** Writes what was asked for before; tries no more once something of it fails. */
  async close(): Promise<void> {
    this.closing = true;
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.queue.length > 0) {
      // What is asked for in one turn goes together, be it the answer to the group before.
      await new Promise((resolve) => setImmediate(resolve));
      await this.write(this.queue.nextGroup());
      if (this.clock.now() >= this.nextForgetting) await this.forget();
    }
    this.writing = undefined;
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.tables.append(group.map(({ append }) => append));
      const written = group.flatMap(({ append }, index) => rowsOf(append, outcomes[index]!));
      this.tail.wrote(written.sort((one, other) => one.position - other.position));
      for (const [index, { append, resolve }] of group.entries()) resolve(this.answer(append, outcomes[index]!));
    } catch (error) {
      this.tail.lostSight();
      for (const { reject } of group) reject(error);
      while (this.closing && this.queue.length > 0) for (const { reject } of this.queue.nextGroup()) reject(error);
    }
  }

  /** A courtesy to the disk: nobody's append fails for it, and a later one does it. */
  private async forget(): Promise<void> {
    const more = await this.tables.forgetExpired().catch(() => false);
    this.nextForgetting = this.clock.now() + (more ? 0 : FORGET_EVERY_MS);
  }

  private answer(append: PreparedAppend, { version, position }: Outcome): Appended | Promise<Appended> {
    if (version === undefined) return this.refuseIds(append);
    if (position === undefined) return this.refuseVersion(append, version);
    return { version, position: BigInt(position) };
  }

  /** Whether it is the retry of an append whose outcome was unknown is looked up afterwards: what is in the log stays there. */
  private async refuseVersion(append: PreparedAppend, found: number): Promise<Appended> {
    const first = firstVersionOf(append.expected);
    const original = first === undefined || first > found ? undefined : await this.tables.repeated(append, first);
    if (original) return original;
    throw new WrongExpectedVersion(append.stream, append.expected, found < 0 ? 'none' : found);
  }

  private async refuseIds(append: PreparedAppend): Promise<Appended> {
    const { stream, expected, events } = append;
    const places = await this.tables.placesOf(events.map(({ id }) => id));
    const place = places.get(events[0]!.id);
    const original =
      typeof expected === 'number' || place?.stream !== stream ? undefined : await this.tables.repeated(append, place.version);
    if (original) return original;
    throw idTaken(stream, (events.find(({ id }) => places.has(id)) ?? events[0]!).id);
  }
}

/** What an append wrote, if it did: its events stand one behind the other. */
function rowsOf({ stream, events }: PreparedAppend, { version = 0, position }: Outcome): EventRow[] {
  if (position === undefined) return [];
  const [firstVersion, firstPosition] = [version - events.length + 1, position - events.length + 1];
  return events.map((event, index) => ({ ...event, stream, version: firstVersion + index, position: firstPosition + index }));
}
