import { EnvironmentsReader } from '@slipway/environments/contract';
import { defined, type Handled, Streams } from '@slipway/kernel';
import {
  Clearable,
  CommandMessage,
  DecisionHandler,
  Handles,
  IsListOf,
  IsPart,
  IsSlug,
  IsText,
  Optional,
  SlipwayCommand,
} from '@slipway/platform';
import { lifecycleOf, type LifecycleState, lifecycleStream } from '../domain/lifecycle';
import { type ChangeLifecycleCommand, type LifecycleCommand, lifecycleDecider } from '../domain/lifecycle.decider';
import type { LifecycleEvent } from '../domain/lifecycle.events';
import { retentionFrom } from '../domain/retention';
import { checkRetentions, MAX_PHASES, PhaseInput, phasesFrom, RetentionInput } from './phases';

/** What is left out stays; phases are replaced whole. Releases that exist keep the lifecycle they froze, but for its retention. */
@SlipwayCommand('public')
export class ChangeLifecycle extends CommandMessage {
  @IsSlug() lifecycle!: string;
  @Clearable() @IsText(1, 200) name?: string | null;

  @Optional()
  @IsListOf(PhaseInput, MAX_PHASES, 'phases')
  phases?: PhaseInput[];

  /** Of the phases that say nothing else. */
  @Clearable() @IsPart(RetentionInput) retention?: RetentionInput | null;
}

@Handles(ChangeLifecycle)
export class ChangeLifecycleHandler extends DecisionHandler<ChangeLifecycle, LifecycleCommand, LifecycleState, LifecycleEvent> {
  protected readonly decider = lifecycleDecider;
  protected readonly mode = 'existing';

  constructor(
    streams: Streams,
    private readonly environments: EnvironmentsReader,
  ) {
    super(streams);
  }

  protected stream({ lifecycle }: ChangeLifecycle): string {
    return lifecycleStream(lifecycle);
  }

  protected async command({ name, phases: asked, retention, meta }: ChangeLifecycle): Promise<ChangeLifecycleCommand> {
    checkRetentions(retention, asked ?? []);
    const phases = asked && (await phasesFrom(asked, this.environments));
    return { type: 'ChangeLifecycle', data: defined({ name, phases, retention: retention && retentionFrom(retention) }), meta };
  }

  protected answer({ state }: Handled<LifecycleState>): object {
    return lifecycleOf(state);
  }
}
