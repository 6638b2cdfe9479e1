import { EnvironmentsReader } from '@slipway/environments/contract';
import { defined, type Handled, Streams } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsListOf, IsPart, IsSlug, IsText, Optional, SlipwayCommand } from '@slipway/platform';
import { lifecycleOf, type LifecycleState, lifecycleStream } from '../domain/lifecycle';
import { type CreateLifecycleCommand, type LifecycleCommand, lifecycleDecider } from '../domain/lifecycle.decider';
import type { LifecycleEvent } from '../domain/lifecycle.events';
import { retentionFrom } from '../domain/retention';
import { checkRetentions, MAX_PHASES, PhaseInput, phasesFrom, RetentionInput } from './phases';

@SlipwayCommand('public')
export class CreateLifecycle extends CommandMessage {
  @IsSlug() slug!: string;
  @Optional() @IsText(1, 200) name?: string;

  @IsListOf(PhaseInput, MAX_PHASES, 'phases')
  phases!: PhaseInput[];

  /** Of the phases that say nothing else. */
  @Optional() @IsPart(RetentionInput) retention?: RetentionInput;
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

  protected async command({ slug, name, phases: asked, retention, meta }: CreateLifecycle): Promise<CreateLifecycleCommand> {
    checkRetentions(retention, asked);
    const phases = await phasesFrom(asked, this.environments);
    return { type: 'CreateLifecycle', data: defined({ slug, name, phases, retention: retention && retentionFrom(retention) }), meta };
  }

  protected answer({ state }: Handled<LifecycleState>): object {
    return lifecycleOf(state);
  }
}
