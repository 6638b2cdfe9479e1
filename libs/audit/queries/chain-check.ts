import { chainHash, CHAIN_START, type EventStore, type Reason, type RecordedEvent } from '@slipway/kernel';

interface Link {
  readonly version: number;
  readonly hash: string;
}

/** Follows the hash chains of all streams side by side, event by event in log order. Holds a version and a hash for each stream that it saw. */
export class ChainCheck {
  private readonly last = new Map<string, Link>();

  /** `begun`: streams may have begun before the first event that it is shown; else each is to start with its version 0. */
  constructor(
    private readonly store: EventStore,
    private readonly begun: boolean,
  ) {}

  get streams(): number {
    return this.last.size;
  }

  /** Why an event is not what was stored behind the one before it in its stream; undefined: it is. */
  async broken(event: RecordedEvent): Promise<Reason | undefined> {
    const { stream, version } = event;
    const before = this.last.get(stream) ?? (await this.before(event));
    if (version !== before.version + 1) return this.misplaced(event, before.version + 1);
    const { hash } = event.metadata;
    const expected = chainHash(before.hash, stream, version, event);
    if (hash !== expected) return altered(event, expected);
    this.last.set(stream, { version, hash });
    return undefined;
  }

  private async before({ stream, version }: RecordedEvent): Promise<Link> {
    if (!this.begun || version === 0) return { version: -1, hash: CHAIN_START };
    const [previous] = await this.store.readStream(stream, { from: version - 1, limit: 1 });
    return { version: previous?.version === version - 1 ? version - 1 : version - 2, hash: previous?.metadata.hash ?? CHAIN_START };
  }

  private async misplaced({ stream, version }: RecordedEvent, expected: number): Promise<Reason> {
    const [found] = await this.store.readStream(stream, { from: expected, limit: 1 });
    const facts = { expected, found: version };
    const here = `Version ${expected} of ${stream} should stand here, not version ${version}`;
    if (found?.version === expected)
      return { code: 'event-misplaced', message: `${here}, which was moved in the log.`, facts, events: [found.id] };
    return { code: 'event-missing', message: `${here}: what was between them is gone.`, facts, events: [] };
  }
}

function altered({ stream, version, metadata: { hash } }: RecordedEvent, expected: string): Reason {
  const message = `What is stored as version ${version} of ${stream} does not hash to what it says: it, or the hash before it, was changed.`;
  return { code: 'event-altered', message, facts: { expected, ...(hash === undefined ? {} : { found: hash }) }, events: [] };
}
