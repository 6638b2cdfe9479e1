import type { InterruptionRaised } from '@slipway/deployments/domain/deployment.events';
import type { WalkSystem } from './system';

/** So many looks later a person who got no answer asks again. */
const PATIENCE = 20;

/** Takes every interruption and answers it as asked; whatever becomes of the application meanwhile, until it is answered. */
export class Person {
  private asking: { readonly interruption: string; looks: number } | undefined;

  constructor(
    private readonly system: WalkSystem,
    private readonly answer: (step: string) => string,
  ) {}

  /** Does not wait: a dead application answers nobody. */
  async looks(): Promise<void> {
    const events = await this.system.events();
    const over = new Set(events.flatMap(({ type, data }) => (type === 'InterruptionResolved' ? [(data as { step: string }).step] : [])));
    const open = events.findLast(({ type }) => type === 'InterruptionRaised')?.data as InterruptionRaised['data'] | undefined;
    if (!open || over.has(open.step)) return;
    if (this.asking?.interruption === open.interruption && this.asking.looks < PATIENCE) {
      this.asking.looks += 1;
      return;
    }
    this.asking = { interruption: open.interruption, looks: 0 };
    // Refused where an earlier request, never answered, had its effect: that is fine.
    this.asks(open).catch(() => undefined);
  }

  private async asks({ interruption, step }: InterruptionRaised['data']): Promise<void> {
    await this.system.ask('TakeInterruption', {}, { interruption });
    await this.system.ask('ResolveInterruption', { answer: this.answer(step) }, { interruption });
  }
}
