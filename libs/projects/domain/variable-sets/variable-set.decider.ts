import { type Command, contentHash, type Decider, effectivePatch, type FieldError, type Patch, refuseFaults } from '@slipway/kernel';
import type { Variable } from '../variables/variable';
import { checkVariables } from '../variables/variable-set';
import { type ActiveVariableSet, evolveVariableSet, initialVariableSet, type VariableSet, type VariableSetState } from './variable-set';
import type { VariableSetEvent } from './variable-set.events';

export interface CreateVariableSetCommand extends Command {
  readonly type: 'CreateVariableSet';
  readonly data: VariableSet;
}

export interface ChangeVariableSetCommand extends Command {
  readonly type: 'ChangeVariableSet';
  readonly data: Patch<Omit<VariableSet, 'slug'>>;
}

export interface ChangeSetVariablesCommand extends Command {
  readonly type: 'ChangeSetVariables';
  readonly data: { readonly variables: readonly Variable[] };
}

export type VariableSetCommand = CreateVariableSetCommand | ChangeVariableSetCommand | ChangeSetVariablesCommand;

function change({ data }: ChangeVariableSetCommand, { set }: ActiveVariableSet): VariableSetEvent[] {
  const patch = effectivePatch<Omit<VariableSet, 'slug'>>(set, data);
  return patch ? [{ type: 'VariableSetChanged', data: { slug: set.slug, ...patch } }] : [];
}

function changeVariables(
  { data: { variables } }: ChangeSetVariablesCommand,
  { set, variables: before }: ActiveVariableSet,
): VariableSetEvent[] {
  checkVariables(variables);
  checkScopes(variables);
  const hash = contentHash(variables);
  if (hash === before.hash) return [];
  return [{ type: 'SetVariablesChanged', data: { slug: set.slug, revision: before.revision + 1, hash, variables } }];
}

/** Steps and channels belong to a project, and a set is shared. Errors: DomainError `variables.invalid`. */
function checkScopes(variables: readonly Variable[]): void {
  const errors = variables.flatMap(({ scope }, index) =>
    (['steps', 'channels'] as const).flatMap((list): FieldError[] => {
      const message = `a set is shared by projects, and ${list} belong to one: define this value in the project`;
      return scope?.[list]?.length ? [{ pointer: `/variables/${index}/scope/${list}`, message }] : [];
    }),
  );
  refuseFaults(errors, 'variables.invalid', 'The variables cannot be saved');
}

export const variableSetDecider: Decider<VariableSetCommand, VariableSetState, VariableSetEvent> = {
  category: 'variable-set',
  initialState: initialVariableSet,
  evolve: evolveVariableSet,
  decide(command, state) {
    if (command.type === 'CreateVariableSet') return [{ type: 'VariableSetCreated', data: command.data }];
    if (state.status === 'none') return [];
    switch (command.type) {
      case 'ChangeVariableSet':
        return change(command, state);
      case 'ChangeSetVariables':
        return changeVariables(command, state);
      default:
        return command satisfies never;
    }
  },
};
