import { EnvironmentsReader } from '@slipway/environments/contract';
import { defined, type Handled, Streams } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsListOf, IsSlug, IsText, Optional, SlipwayCommand } from '@slipway/platform';
import { lifecycleOf, type LifecycleState, lifecycleStream } from '../domain/lifecycle';
import { type CreateLifecycleCommand, type LifecycleCommand, lifecycleDecider } from '../domain/lifecycle.decider';
import type { LifecycleEvent } from '../domain/lifecycle.events';
import { MAX_PHASES, PhaseInput, phasesFrom } from './phases';

@SlipwayCommand('public')
export class CreateLifecycle extends CommandMessage {
  @IsSlug() slug!: string;
  @Optional() @IsText(1, 200) name?: string;

  @IsListOf(PhaseInput, MAX_PHASES, 'phases')
  phases!: PhaseInput[];
}

@Handles(CreateLifecycle)
export class CreateLifecycleHandler extends DecisionHandler<CreateLifecycle, LifecycleCommand, LifecycleState, LifecycleEvent> {
  protected readonly decider = lifecycleDecider;
  protected readonly mode = 'new';

  constructor(
    streams: Streams,
    private readonly environments: EnvironmentsReader,
  ) {
    super(streams);
  }

  protected stream({ slug }: CreateLifecycle): string {
    return lifecycleStream(slug);
  }

  protected async command({ slug, name, phases, meta }: CreateLifecycle): Promise<CreateLifecycleCommand> {
    return { type: 'CreateLifecycle', data: defined({ slug, name, phases: await phasesFrom(phases, this.environments) }), meta };
  }

  protected answer({ state }: Handled<LifecycleState>): object {
    return lifecycleOf(state);
  }
}
