import { LRUCache } from 'lru-cache';
import type { Command, StreamMode } from '../command';
import type { Decider } from '../decider';
import { DomainError, InfrastructureError, isRetryable } from '../errors';
import { BEGINNING, type DomainEvent, type RecordedEvent } from '../event';
import type { EventCatalogue } from '../event-catalogue';
import { CHAIN_START, chained } from '../hash-chain';
import type { Ids } from '../ids';
import type { Clock } from '../ports/clock';
import { type EventStore, type EventToAppend, WrongExpectedVersion } from '../ports/event-store';
import type { Random } from '../ports/random';
import { type FoldedStream, foldEvents } from './folded-stream';
import { KeyQueue } from './key-queue';

/** What a command came to: the stream as it stands right after it. */
export interface Handled<S, E extends DomainEvent = DomainEvent> {
  readonly stream: string;
  readonly state: S;
  readonly version: number;
  readonly position: bigint;
  /** The events of this command; empty when it changed nothing. */
  readonly events: readonly RecordedEvent<E>[];
}

export interface StreamsDependencies {
  readonly store: EventStore;
  readonly catalogue: EventCatalogue;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  /** How many folded states are kept. Default 5,000. */
  readonly cacheSize?: number;
}

const PAGE = 1_000;
const CONFLICT_TRIES = 12;
const OUTCOME_TRIES = 5;
/** Whoever asked waits no longer than that for another try: asked again, the command is found, if it took effect. */
const OUTCOME_MS = 10_000;

/** Loads, decides and appends (decision 16): the only way in which domain events are written. */
export class Streams {
  private readonly cache: LRUCache<string, FoldedStream<unknown>>;
  private readonly queue = new KeyQueue();
  /** Streams with an append under way: subscribers may see its events before this process has cached them. */
  private readonly appending = new Set<string>();
  /** Of streams that this process writes: true where nobody else was ever found to. */
  private readonly own: LRUCache<string, boolean>;

  constructor(private readonly on: StreamsDependencies) {
    const max = on.cacheSize ?? 5_000;
    this.cache = new LRUCache({ max });
    this.own = new LRUCache({ max });
  }

  /**
   * Runs a command against a stream; one that is still being put together is waited for, and the stream read meanwhile. Errors: what `decide` throws;
   * `<category>.already-exists` and `<category>.not-found` by mode; `precondition.version` when `meta.expectedVersion` does not hold; InfrastructureError
   * `streams.contended` (retryable).
   */
  handle<C extends Command, S, E extends DomainEvent>(
    decider: Decider<C, S, E>,
    stream: string,
    asked: C | Promise<C>,
    mode: StreamMode,
  ): Promise<Handled<S, E>> {
    // Somebody may stand before it in line: should it fail meanwhile, that is told when its turn has come.
    void Promise.resolve(asked).catch(() => undefined);
    return this.queue.run(stream, async () => {
      for (let attempt = 1; ; attempt += 1) {
        const likely = attempt === 1 ? this.likely<S>(stream) : undefined;
        const [before, command] = await Promise.all([likely ?? this.fold(decider, stream), asked]);
        if (before.commands.has(command.meta.commandId)) return this.answerOf(decider, stream, command.meta.commandId);
        const decided = decide({ decider, stream, mode }, command, before, likely !== undefined);
        // Only an append says that what was likely was so: whatever writes nothing looks first.
        if (decided.length === 0 && likely) continue;
        if (decided.length === 0) return { stream, state: before.state, version: before.version, position: before.position, events: [] };
        try {
          return await this.append(decider, stream, before, this.recordable(command, decided));
        } catch (error) {
          // Whatever came of the append, the cached state may be behind the stream now, even where this process is the sole writer.
          this.cache.delete(stream);
          if (!(error instanceof WrongExpectedVersion)) throw error;
          this.own.set(stream, false);
          if (likely) continue;
          if (attempt >= CONFLICT_TRIES) {
            throw new InfrastructureError('streams.contended', `${stream} changes too fast: try again`, true, { cause: error });
          }
          await this.on.clock.sleep(this.on.random.fraction() * 5 * 2 ** Math.min(attempt, 6));
        }
      }
    });
  }

  /**
   * The stream as it stands now, or as it stood at position `upTo` of the log (then folded anew, never cached). A stream without events has version -1 and
   * the decider's initial state.
   */
  async load<S, E extends DomainEvent>(decider: Decider<never, S, E>, stream: string, upTo?: bigint): Promise<Handled<S, E>> {
    const { state, version, position } = await (upTo === undefined ? this.fold(decider, stream) : this.foldUpTo(decider, stream, upTo));
    return { stream, state, version, position, events: [] };
  }

  /** The same for a stream that must exist. Errors: `<category>.not-found`, which tells when it began where that was after `upTo`. */
  async existing<S, E extends DomainEvent>(decider: Decider<never, S, E>, stream: string, upTo?: bigint): Promise<Handled<S, E>> {
    const loaded = await this.load(decider, stream, upTo);
    if (loaded.version >= 0) return loaded;
    const [first] = upTo === undefined ? [] : await this.on.store.readStream(stream, { limit: 1 });
    throw notFound(decider.category, stream, first && { position: first.position, at: first.metadata.at });
  }

  /** What a command that already wrote to this stream came to then, or undefined. Reads the whole stream if need be. */
  async answered<S, E extends DomainEvent>(
    decider: Decider<never, S, E>,
    stream: string,
    commandId: string,
  ): Promise<Handled<S, E> | undefined> {
    const answer = await this.answerOf(decider, stream, commandId);
    return answer.events.length > 0 ? answer : undefined;
  }

  private async fold<S, E extends DomainEvent>(decider: Decider<never, S, E>, stream: string): Promise<FoldedStream<S>> {
    const cached = this.cache.get(stream) as FoldedStream<S> | undefined;
    if (cached && this.on.store.soleWriter && !this.appending.has(stream)) return cached;
    let folded = cached ?? emptyStream(decider.initialState);
    for await (const page of this.pages<E>(stream, folded.version + 1)) folded = foldEvents(folded, page, decider.evolve);
    const known = this.cache.get(stream);
    if (known && folded.version > known.version && !this.appending.has(stream)) this.own.set(stream, false);
    this.remember(stream, folded);
    return folded;
  }

  /** What this process wrote last, of a stream that nobody else was found to write: most likely it stands like that. */
  private likely<S>(stream: string): FoldedStream<S> | undefined {
    if (this.on.store.soleWriter || !this.own.get(stream)) return undefined;
    return this.cache.get(stream) as FoldedStream<S> | undefined;
  }

  private async foldUpTo<S, E extends DomainEvent>(decider: Decider<never, S, E>, stream: string, upTo: bigint): Promise<FoldedStream<S>> {
    let folded = emptyStream(decider.initialState);
    for await (const page of this.pages<E>(stream, 0)) {
      folded = foldEvents(folded, page.filter((event) => event.position <= upTo) as RecordedEvent<E>[], decider.evolve);
      if (page.some((event) => event.position > upTo)) break;
    }
    return folded;
  }

  /** A load that took its time must not put an older state over that of an append which finished meanwhile. */
  private remember(stream: string, folded: FoldedStream<unknown>): void {
    const known = this.cache.get(stream)?.version ?? -1;
    if (folded.version > known) this.cache.set(stream, folded);
  }

  private async *pages<E extends DomainEvent>(stream: string, from: number): AsyncIterable<RecordedEvent<E>[]> {
    for (let next = from; ;) {
      const page = await this.on.store.readStream(stream, { from: next, limit: PAGE });
      if (page.length > 0) yield page.map((event) => this.on.catalogue.decode(event)) as RecordedEvent<E>[];
      if (page.length < PAGE) return;
      next += PAGE;
    }
  }

  private async answerOf<S, E extends DomainEvent>(
    decider: Decider<never, S, E>,
    stream: string,
    commandId: string,
  ): Promise<Handled<S, E>> {
    let folded = emptyStream(decider.initialState);
    let answer: Handled<S, E> = { stream, state: decider.initialState, version: -1, position: BEGINNING, events: [] };
    for await (const page of this.pages<E>(stream, 0)) {
      for (const event of page) {
        folded = foldEvents(folded, [event], decider.evolve);
        if (event.metadata.commandId !== commandId) continue;
        answer = { stream, state: folded.state, version: folded.version, position: folded.position, events: [...answer.events, event] };
      }
    }
    return answer;
  }

  private recordable(command: Command, events: readonly DomainEvent[]): EventToAppend[] {
    const { now, actor, commandId, correlationId, causationId, traceparent } = command.meta;
    const metadata = {
      actor,
      at: now,
      command: command.type,
      commandId,
      correlationId,
      causationId,
      ...(traceparent ? { traceparent } : {}),
    };
    return events.map(({ type, data }) => ({ id: this.on.ids.next(), type, data, metadata }));
  }

  private async append<C extends Command, S, E extends DomainEvent>(
    decider: Decider<C, S, E>,
    stream: string,
    before: FoldedStream<S>,
    events: readonly EventToAppend[],
  ): Promise<Handled<S, E>> {
    const first = before.version + 1;
    const chain = chained(before.hash, stream, first, events);
    this.appending.add(stream);
    try {
      const { version, position } = await this.appendSurely(stream, before.version, chain);
      return this.appended(decider, stream, before, { chain, version, position });
    } finally {
      this.appending.delete(stream);
    }
  }

  private appended<S, E extends DomainEvent>(
    decider: Decider<never, S, E>,
    stream: string,
    before: FoldedStream<S>,
    { chain, version, position }: { chain: readonly EventToAppend[]; version: number; position: bigint },
  ): Handled<S, E> {
    const first = before.version + 1;
    // Positions inside one append: the store tells the last; earlier ones only rise towards it and are read back where they matter.
    const recorded = chain.map((event, index) => ({ ...event, stream, version: first + index, position })) as unknown as RecordedEvent<E>[];
    const after = foldEvents(before, recorded, decider.evolve);
    this.remember(stream, after);
    if (!this.own.has(stream)) this.own.set(stream, true);
    return { stream, state: after.state, version, position, events: recorded };
  }

  /** An append whose outcome is unknown is tried again with the same bytes: the store answers a repeat with the original result. */
  private async appendSurely(stream: string, version: number, events: readonly EventToAppend[]) {
    const until = this.on.clock.now() + OUTCOME_MS;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.on.store.append(stream, version < 0 ? 'none' : version, events);
      } catch (error) {
        if (!isRetryable(error) || attempt >= OUTCOME_TRIES || this.on.clock.now() >= until) throw error;
        await this.on.clock.sleep(20 * 2 ** attempt);
      }
    }
  }
}

function emptyStream<S>(state: S): FoldedStream<S> {
  return { state, version: -1, position: BEGINNING, hash: CHAIN_START, commands: new Map() };
}

/** Empty, too, where a refusal would rest on what is only likely. */
function decide<C extends Command, S, E extends DomainEvent>(
  { decider, stream, mode }: { decider: Decider<C, S, E>; stream: string; mode: StreamMode },
  command: C,
  { state, version }: FoldedStream<S>,
  likely: boolean,
): readonly E[] {
  try {
    checkMode({ category: decider.category, stream, version }, command, mode);
    return decider.decide(command, state);
  } catch (error) {
    if (likely) return [];
    throw error;
  }
}

function checkMode(found: { category: string; stream: string; version: number }, command: Command, mode: StreamMode): void {
  const { category, stream, version } = found;
  const name = stream.slice(category.length + 1);
  if (mode === 'new' && version >= 0) {
    throw new DomainError(
      'conflict',
      `${category}.already-exists`,
      `The ${category} ${name} exists already, or did: what was used is not used again, choose another.`,
      {
        [category]: name,
      },
    );
  }
  if (mode === 'existing' && version < 0) throw notFound(category, stream);
  const expected = command.meta.expectedVersion;
  if (expected !== undefined && expected !== version) {
    throw new DomainError(
      'precondition',
      'precondition.version',
      `The ${category} ${name} is at version ${version}, not ${expected}: read it again and repeat the change on what it is now.`,
      {
        expected,
        actual: version,
      },
    );
  }
}

function notFound(category: string, stream: string, begun?: { position: bigint; at: string }): DomainError {
  const name = stream.slice(category.length + 1);
  const facts = { [category]: name, ...(begun ? { createdAt: begun.at, createdPosition: String(begun.position) } : {}) };
  const yet = begun ? ` yet: it was created at ${begun.at}, position ${begun.position}` : '';
  return new DomainError('not-found', `${category}.not-found`, `There ${begun ? 'was' : 'is'} no ${category} ${name}${yet}.`, facts);
}
