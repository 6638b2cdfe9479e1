import { type Command, type Decider, effectivePatch, type Patch } from '@slipway/kernel';
import { type Environment, type EnvironmentState, evolveEnvironment, initialEnvironment } from './environment';
import type { EnvironmentEvent } from './environment.events';

export interface CreateEnvironmentCommand extends Command {
  readonly type: 'CreateEnvironment';
  readonly data: Environment;
}

export interface ChangeEnvironmentCommand extends Command {
  readonly type: 'ChangeEnvironment';
  readonly data: Patch<Omit<Environment, 'slug'>>;
}

export type EnvironmentCommand = CreateEnvironmentCommand | ChangeEnvironmentCommand;

function create({ data }: CreateEnvironmentCommand): EnvironmentEvent[] {
  return [{ type: 'EnvironmentCreated', data }];
}

function change({ data }: ChangeEnvironmentCommand, { environment }: Extract<EnvironmentState, { status: 'active' }>): EnvironmentEvent[] {
  const patch = effectivePatch<Omit<Environment, 'slug'>>(environment, data);
  return patch ? [{ type: 'EnvironmentChanged', data: { slug: environment.slug, ...patch } }] : [];
}

export const environmentDecider: Decider<EnvironmentCommand, EnvironmentState, EnvironmentEvent> = {
  category: 'environment',
  initialState: initialEnvironment,
  evolve: evolveEnvironment,
  decide(command, state) {
    switch (command.type) {
      case 'CreateEnvironment':
        return create(command);
      case 'ChangeEnvironment':
        return state.status === 'active' ? change(command, state) : [];
      default:
        return command satisfies never;
    }
  },
};
