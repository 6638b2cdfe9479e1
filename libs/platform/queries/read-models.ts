import { Injectable } from '@nestjs/common';
import {
  Checkpoints,
  Clock,
  EventCatalogue,
  EventStore,
  InfrastructureError,
  type Projection,
  ReadStore,
  schemaName,
  type Snapshot,
} from '@slipway/kernel';
import { Answer } from './answer';
import { type Moment, momentOf } from './moment';
import { type MomentQuery, positionOf } from './page-query';

/** How long a query waits for a position before it says 503. */
export const READ_WAIT_MS = 5_000;
const HEAD_LOOK_MS = 20;
/** So many events behind the rows are looked through. */
const HEAD_EVENTS = 100;

/** Read your writes (decision 15): every query says which position it reflects, and may ask for one to be reached first. */
@Injectable()
export class ReadModels {
  /** Projections whose rows have been whole once: later they may be behind, but are not being rebuilt. */
  private readonly whole = new Set<string>();

  constructor(
    private readonly store: ReadStore,
    private readonly events: EventStore,
    private readonly checkpoints: Checkpoints,
    private readonly catalogue: EventCatalogue,
    private readonly clock: Clock,
  ) {}

  /** Rows of a projection. Errors: InfrastructureError `read-model.behind`, `read-model.rebuilding` (both retryable). */
  async from<T>(projection: Projection, atLeast: bigint | undefined, read: (snapshot: Snapshot) => Promise<T>): Promise<Answer<T>> {
    if (!this.whole.has(schemaName(projection))) {
      await this.reach(projection, await this.events.head(), 'read-model.rebuilding');
      this.whole.add(schemaName(projection));
    }
    if (atLeast !== undefined) await this.reach(projection, atLeast, 'read-model.behind');
    return this.store.read(projection, async (snapshot) => new Answer(await read(snapshot), snapshot.position));
  }

  /** Rows as they stand: for what may lag without harm. */
  now<T>(projection: Projection, read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.store.read(projection, read);
  }

  /**
   * Rows that reflect the log's head as of this call: for commands that need a list. Most of what happens says nothing to a projection, and its rows need not be
   * waited for then.
   */
  async asOfHead<T>(projection: Projection, read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    const { body, position } = await this.from(projection, undefined, read);
    const missing = await this.events.readAll({ after: position, limit: HEAD_EVENTS });
    const concerned = missing.some(({ type }) => Object.hasOwn(projection.on, type) || !this.catalogue.isCurrent(type));
    if (!concerned && missing.length < HEAD_EVENTS) return body;
    return (await this.from(projection, await this.events.head(), read)).body;
  }

  /** Where the log ends, once it has reached `atLeast`. Errors: InfrastructureError `read-model.behind` (retryable). */
  async head(atLeast: bigint | undefined): Promise<bigint> {
    let head = await this.events.head();
    if (atLeast === undefined || head >= atLeast) return head;
    // A timer, not a time: the clock may be set while this waits.
    let late = false;
    const cancel = this.clock.after(READ_WAIT_MS, () => (late = true));
    for (; head < atLeast && !late; head = await this.events.head()) await this.clock.sleep(HEAD_LOOK_MS);
    cancel();
    if (head < atLeast) throw behind('read-model.behind', 'The log', head, atLeast);
    return head;
  }

  /** An answer from folded streams, which are never behind the log: only the log itself may still have to reach `atLeast`. */
  async folded<T>(atLeast: bigint | undefined, load: () => Promise<{ body: T; version?: number }>): Promise<Answer<T>> {
    const head = await this.head(atLeast);
    const { body, version } = await load();
    return new Answer(body, head, version);
  }

  /** The same as it stood at the moment that the query names, where it names one: `load` is told up to where to fold. Errors: also those of momentOf. */
  async foldedAsOf<T>(query: MomentQuery, load: (moment?: Moment) => Promise<{ body: T; version?: number }>): Promise<Answer<T>> {
    const moment = await this.moment(query);
    if (!moment) return this.folded(positionOf(query), load);
    const { body, version } = await load(moment);
    return new Answer(body, moment.position, version);
  }

  /** Rows of a projection that keeps what they replaced: `read` is told of which moment. Errors: those of `from` and momentOf. */
  async fromAsOf<T>(
    projection: Projection,
    query: MomentQuery,
    read: (snapshot: Snapshot, moment?: Moment) => Promise<T>,
  ): Promise<Answer<T>> {
    const moment = await this.moment(query);
    if (!moment) return this.from(projection, positionOf(query), read);
    const { body } = await this.from(projection, moment.position, (snapshot) => read(snapshot, moment));
    return new Answer(body, moment.position);
  }

  private async moment(query: MomentQuery): Promise<Moment | undefined> {
    if (query.asOf === undefined) return undefined;
    const head = await this.head(positionOf(query));
    return momentOf(query.asOf, { events: this.events, clock: this.clock, head });
  }

  private async reach(projection: Projection, position: bigint, code: 'read-model.behind' | 'read-model.rebuilding'): Promise<void> {
    const name = schemaName(projection);
    if (await this.checkpoints.waitFor(name, position, READ_WAIT_MS)) return;
    const reached = (await this.store.checkpoint(name))?.position ?? 0n;
    throw behind(code, `The read model ${projection.name}`, reached, position);
  }
}

function behind(code: string, who: string, reached: bigint, wanted: bigint): InfrastructureError {
  return new InfrastructureError(code, `${who} has reached position ${reached}, not ${wanted} yet: try again in a moment.`, true);
}
