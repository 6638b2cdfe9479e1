import { type Clock, type Lease, Leases, type WantedLease } from '@slipway/kernel';

interface Held {
  readonly lease: Lease;
  readonly forget: () => void;
}

/** Leases inside one process, for as long as it lives. They run out by time that passes, whatever a clock is set to. */
export class MemoryLeases extends Leases {
  readonly shared: boolean = false;
  private readonly held = new Map<string, Held>();

  constructor(private readonly clock: Clock) {
    super();
  }

  async hold(holder: string, wanted: readonly WantedLease[], forMs: number): Promise<ReadonlySet<string>> {
    const mine = wanted.filter(({ name }) => (this.held.get(name)?.lease.holder ?? holder) === holder);
    for (const { name, facts } of mine) {
      this.forget(name);
      const forget = this.clock.after(forMs, () => this.held.delete(name));
      this.held.set(name, { lease: { name, holder, facts: structuredClone(facts) }, forget });
    }
    return new Set(mine.map(({ name }) => name));
  }

  async letGo(holder: string, names: readonly string[]): Promise<void> {
    for (const name of names) if (this.held.get(name)?.lease.holder === holder) this.forget(name);
  }

  async current(): Promise<readonly Lease[]> {
    return [...this.held.values()].map(({ lease }) => lease).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async close(): Promise<void> {
    for (const name of [...this.held.keys()]) this.forget(name);
  }

  private forget(name: string): void {
    this.held.get(name)?.forget();
    this.held.delete(name);
  }
}
