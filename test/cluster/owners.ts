import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

const LOOK_MS = 20;
const PRESENCE = 'processor/';

/** A subscription that went from one processor to another. */
export interface Handover {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** How long nobody had it, ms, to within two looks. */
  readonly gap: number;
}

/** Looks at the leases of the subscriptions many times a second: who has what, and for how long nobody had it. */
export class Owners {
  readonly handovers: Handover[] = [];
  private leases: readonly { name: string; holder: string }[] = [];
  private readonly last = new Map<string, { holder: string; at: number }>();
  private readonly ending = new AbortController();
  private looking: Promise<void> = Promise.resolve();

  private constructor(private readonly client: Client) {}

  static async watch(databaseUrl: string): Promise<Owners> {
    const owners = new Owners(new Client({ connectionString: databaseUrl }));
    await owners.client.connect();
    owners.looking = owners.lookAgainAndAgain();
    return owners;
  }

  /** The processors that say that they live. */
  get present(): string[] {
    return this.leases.flatMap(({ name }) => (name.startsWith(PRESENCE) ? [name.slice(PRESENCE.length)] : []));
  }

  /** The subscriptions that a processor has. */
  of(holder: string): string[] {
    return this.leases
      .filter((lease) => lease.holder === holder && !lease.name.startsWith(PRESENCE))
      .map(({ name }) => name)
      .toSorted();
  }

  /** How many subscriptions each living processor has. */
  get shares(): number[] {
    return this.present.map((holder) => this.of(holder).length);
  }

  /** Who has a subscription. */
  holderOf(subscription: string): string | undefined {
    return this.leases.find(({ name }) => name === subscription)?.holder;
  }

  async leave(): Promise<void> {
    this.ending.abort();
    await this.looking;
    await this.client.end();
  }

  private async lookAgainAndAgain(): Promise<void> {
    while (!this.ending.signal.aborted) {
      // The whole schema may be away for a while.
      this.leases = await this.client
        .query<{ name: string; holder: string }>('SELECT name, holder FROM slipway_read.leases WHERE until > clock_timestamp()')
        .then(({ rows }) => rows)
        .catch(() => []);
      this.compare(performance.now());
      await pause(LOOK_MS);
    }
  }

  private compare(at: number): void {
    for (const { name, holder } of this.leases) {
      if (name.startsWith(PRESENCE)) continue;
      const before = this.last.get(name);
      if (before && before.holder !== holder) this.handovers.push({ name, from: before.holder, to: holder, gap: at - before.at });
      this.last.set(name, { holder, at });
    }
  }
}
