import { InfrastructureError } from './errors';
import type { DomainEvent, RecordedEvent } from './event';

/** What the code knows of one stored event name. */
export interface EventEntry<D extends object = object> {
  /** A full example: documentation, test of JSON-exactness, and part of the fingerprint of folded states. */
  readonly sample: D;
  /** Adds what earlier versions did not store yet; what they did is left as it is. Absent: nothing was ever added. */
  complete?(this: void, stored: D): D;
}

/** Entries for a whole union: forgetting an event, or naming one too many, does not compile. */
export type EventEntries<E extends DomainEvent> = { readonly [T in E['type']]: EventEntry<Extract<E, { type: T }>['data']> };

/** A retired stored name and how to read it today. */
export interface Upcaster {
  readonly from: string;
  readonly to: (data: object, metadata: RecordedEvent['metadata']) => DomainEvent;
}

export interface EventModule {
  readonly entries: Readonly<Record<string, EventEntry>>;
  readonly upcasters?: readonly Upcaster[];
}

/** The only door between stored names and the code: an unknown name stops the read instead of being skipped. */
export class EventCatalogue {
  private readonly known = new Map<string, EventEntry>();
  private readonly upcasters = new Map<string, Upcaster['to']>();

  constructor(modules: readonly EventModule[]) {
    for (const module of modules) {
      for (const [type, entry] of Object.entries(module.entries)) {
        if (this.known.has(type)) throw new Error(`event ${type} is declared twice`);
        this.known.set(type, entry);
      }
      for (const { from, to } of module.upcasters ?? []) {
        if (this.known.has(from) || this.upcasters.has(from))
          throw new Error(`upcaster for ${from} collides with an event or another upcaster`);
        this.upcasters.set(from, to);
      }
    }
  }

  /** Names of events as they are written now. */
  types(): string[] {
    return [...this.known.keys()];
  }

  /** Names of events that may be stored: retired ones too. */
  storedTypes(): string[] {
    return [...this.known.keys(), ...this.upcasters.keys()];
  }

  /** Whether events of that name are written now: it is neither retired nor unknown. */
  isCurrent(type: string): boolean {
    return this.known.has(type);
  }

  /** The event as today's code names it. Errors: InfrastructureError `event.unknown` (not retryable). */
  decode(event: RecordedEvent): RecordedEvent {
    const entry = this.known.get(event.type);
    if (entry) return entry.complete ? { ...event, data: entry.complete(event.data) } : event;
    const upcast = this.upcasters.get(event.type);
    if (!upcast) {
      throw new InfrastructureError(
        'event.unknown',
        `event ${event.type} (${event.stream}, version ${event.version}) is unknown to this version of Slipway: upgrade it`,
        false,
      );
    }
    return this.decode({ ...event, ...upcast(event.data, event.metadata) });
  }
}
