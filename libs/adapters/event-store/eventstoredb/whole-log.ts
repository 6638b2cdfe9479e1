import { BACKWARDS, END, type EventStoreDBClient, type ReadAllOptions, type ReadPosition, START } from '@eventstore/db-client';
import type { AllStreamResolvedEvent } from '@eventstore/db-client';
import { BEGINNING, isSystemEvent } from '@slipway/kernel';
import { Landmarks } from './landmarks';
import { isNoPlace } from './server-failure';
import { type Patience, takeIn } from './server-silence';
import { positionOf, type StoredRecord } from './stored-record';

/** False: enough. */
type Visit = (record: StoredRecord) => boolean;

const NOTED_EVERY = 1_000;

/** The log of the whole server, `$all`: system events and what others wrote included. Errors are those of the client, and NoAnswer. */
export class WholeLog {
  private readonly landmarks = new Landmarks();

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly patience: Patience,
  ) {}

  /** Records after a position, a record's or not, until `visit` has enough. */
  async readAfter(after: bigint, visit: Visit): Promise<void> {
    let begun = false;
    const beyond: Visit = (record) => {
      begun = true;
      return positionOf(record) <= after || visit(record);
    };
    try {
      await this.read({ fromPosition: placeOf(after) }, beyond);
    } catch (error) {
      if (begun || !isNoPlace(error)) throw error;
      await this.read({ fromPosition: placeOf(await this.recordUpTo(after)) }, beyond);
    }
  }

  /** A record's position (or the beginning) after which a subscription gives what comes after `after`, and perhaps a little before it. */
  async startFor(after: bigint, signal: AbortSignal): Promise<bigint> {
    if (after <= BEGINNING) return BEGINNING;
    let found: bigint | undefined;
    const first: Visit = (record) => {
      found = positionOf(record);
      return false;
    };
    try {
      await this.read({ fromPosition: placeOf(after), maxCount: 1 }, first, signal);
    } catch (error) {
      if (!isNoPlace(error)) throw error;
    }
    return found === after || signal.aborted ? after : this.recordUpTo(after, signal);
  }

  /** Position of the last record that is no system event, BEGINNING where there is none. Backwards, by more at a time. */
  async head(): Promise<bigint> {
    let from: ReadPosition = END;
    for (let count = 16; ; count *= 4) {
      let [seen, last, head] = [0, BEGINNING, BEGINNING];
      await this.read({ fromPosition: from, direction: BACKWARDS, maxCount: count }, (record) => {
        seen += 1;
        last = positionOf(record);
        if (!isSystemEvent(record.type)) head = last;
        return head === BEGINNING;
      });
      if (head > BEGINNING) this.landmarks.note(head);
      if (head > BEGINNING || seen < count) return head;
      from = placeOf(last);
    }
  }

  /** A position that is known to be a record's. */
  note(position: bigint): void {
    this.landmarks.note(position);
  }

  /** The last record up to a position: searched from the last one that is known. */
  private async recordUpTo(position: bigint, signal?: AbortSignal): Promise<bigint> {
    for (;;) {
      const from = this.landmarks.upTo(position);
      let [found, passed] = [from, 0];
      const search: Visit = (record) => {
        const here = positionOf(record);
        if (here > position) return false;
        found = here;
        if (++passed % NOTED_EVERY === 0) this.landmarks.note(here);
        return true;
      };
      try {
        await this.read({ fromPosition: placeOf(from) }, search, signal);
        return found;
      } catch (error) {
        // Scavenged meanwhile: from the one before, and at last from the beginning.
        if (from === BEGINNING || !isNoPlace(error)) throw error;
        this.landmarks.forget(from);
      }
    }
  }

  private read(options: ReadAllOptions, visit: Visit, signal?: AbortSignal): Promise<void> {
    const reading = this.client.readAll(options);
    const take = ({ event }: AllStreamResolvedEvent) => !event || visit(event);
    return takeIn(reading, { take, cancel: () => reading.cancel(), ...(signal ? { signal } : {}) }, this.patience);
  }
}

export function placeOf(position: bigint): ReadPosition {
  return position <= BEGINNING ? START : { commit: position, prepare: position };
}
