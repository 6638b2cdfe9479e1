import type { Clock } from '@slipway/kernel';
import type { DocumentedCalls } from './documented-calls.fixture';

export interface Shown {
  readonly id: string;
  readonly state: string;
  readonly steps: readonly { readonly state: string }[];
}

export const ended = ({ state }: Shown): boolean => ['succeeded', 'failed', 'cancelled', 'expired', 'refused'].includes(state);

export class DocumentedDeployments {
  constructor(
    private readonly calls: DocumentedCalls,
    private readonly clock: Clock,
  ) {}

  /** Asks for a deployment until a condition holds; every answer on the way is held to the document too. */
  async when(deployment: string, holds: (deployment: Shown) => boolean): Promise<Shown> {
    for (const end = this.clock.now() + 10_000; ;) {
      const { json } = await this.calls.accepted('getDeployment', { route: { deployment } });
      if (holds(json as Shown)) return json as Shown;
      if (this.clock.now() > end) throw new Error(`waited in vain: ${JSON.stringify(json)}`);
      await this.clock.sleep(10);
    }
  }
}
