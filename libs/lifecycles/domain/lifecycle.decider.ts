import { type Command, type Decider, effectivePatch, type FieldError, type Patch, refuseFaults } from '@slipway/kernel';
import { evolveLifecycle, initialLifecycle, type Lifecycle, type LifecycleState } from './lifecycle';
import type { LifecycleEvent, Phase } from './lifecycle.events';

export interface CreateLifecycleCommand extends Command {
  readonly type: 'CreateLifecycle';
  readonly data: Lifecycle;
}

export interface ChangeLifecycleCommand extends Command {
  readonly type: 'ChangeLifecycle';
  readonly data: Patch<Omit<Lifecycle, 'slug'>>;
}

export type LifecycleCommand = CreateLifecycleCommand | ChangeLifecycleCommand;

/** A release freezes its lifecycle, and must fit one append. */
const MAX_ENVIRONMENTS = 200;

/** A phase is told by its name and an environment stands in one phase only, else "reached" would have two meanings. */
function checkPhases(phases: readonly Phase[]): void {
  const errors: FieldError[] = [];
  const names = new Map<string, number>();
  const places = new Map<string, string>();
  phases.forEach((phase, at) => {
    const earlier = names.get(phase.name.toLowerCase());
    if (earlier !== undefined) errors.push({ pointer: `/phases/${at}/name`, message: `phase ${earlier} has this name already` });
    else names.set(phase.name.toLowerCase(), at);
    if (phase.minimum !== undefined && phase.minimum > phase.environments.length) {
      errors.push({
        pointer: `/phases/${at}/minimum`,
        message: `must not exceed the ${phase.environments.length} environments of the phase`,
      });
    }
    phase.environments.forEach(({ environment }, place) => {
      const pointer = `/phases/${at}/environments/${place}/environment`;
      const taken = places.get(environment);
      if (taken !== undefined)
        errors.push({ pointer, message: `${environment} stands in phase ${taken} already: an environment belongs to one phase` });
      else places.set(environment, phase.name);
    });
  });
  if (places.size > MAX_ENVIRONMENTS)
    errors.push({ pointer: '/phases', message: `must hold at most ${MAX_ENVIRONMENTS} environments in all` });
  refuseFaults(errors, 'lifecycle.invalid', 'The lifecycle cannot be saved');
}

function create({ data }: CreateLifecycleCommand): LifecycleEvent[] {
  checkPhases(data.phases);
  return [{ type: 'LifecycleCreated', data }];
}

function change({ data }: ChangeLifecycleCommand, { lifecycle }: Extract<LifecycleState, { status: 'active' }>): LifecycleEvent[] {
  const wanted = data.phases === null ? { ...data, phases: [] } : data;
  checkPhases(wanted.phases ?? []);
  const patch = effectivePatch<Omit<Lifecycle, 'slug'>>(lifecycle, wanted);
  return patch ? [{ type: 'LifecycleChanged', data: { slug: lifecycle.slug, ...patch } }] : [];
}

export const lifecycleDecider: Decider<LifecycleCommand, LifecycleState, LifecycleEvent> = {
  category: 'lifecycle',
  initialState: initialLifecycle,
  evolve: evolveLifecycle,
  decide(command, state) {
    switch (command.type) {
      case 'CreateLifecycle':
        return create(command);
      case 'ChangeLifecycle':
        return state.status === 'active' ? change(command, state) : [];
      default:
        return command satisfies never;
    }
  },
};
