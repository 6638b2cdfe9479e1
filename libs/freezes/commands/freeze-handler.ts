import type { Handled, StreamMode } from '@slipway/kernel';
import { type CommandMessage, DecisionHandler } from '@slipway/platform';
import { freezeOf, type FreezeState, freezeStream } from '../domain/freeze';
import { type FreezeCommand, freezeDecider } from '../domain/freeze.decider';
import type { FreezeEvent } from '../domain/freeze.events';
import { freezeResource } from '../queries/freeze-resource';

/** A command about one freeze, answered with the Freeze as it stood at the decision. */
export abstract class FreezeHandler<M extends CommandMessage> extends DecisionHandler<M, FreezeCommand, FreezeState, FreezeEvent> {
  protected readonly decider = freezeDecider;
  protected readonly mode: StreamMode = 'existing';

  protected abstract slug(message: M): string;

  protected stream(message: M): string {
    return freezeStream(this.slug(message));
  }

  protected answer({ state, events }: Handled<FreezeState, FreezeEvent>, { meta }: M): object {
    return freezeResource(freezeOf(state), events.at(-1)?.metadata.at ?? meta.now);
  }
}
