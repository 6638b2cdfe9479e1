import { type Command, contentHash, type Decider, DomainError } from '@slipway/kernel';
import { blockRelease, type BlockReleaseCommand, unblockRelease, type UnblockReleaseCommand } from './block-release';
import { concludeDeployment, type ConcludeDeploymentCommand } from './conclude-deployment';
import { createRelease, type CreateReleaseCommand } from './create-release';
import { type CurrentReleases, deletionBlockers } from './deletability';
import { evolveRelease, initialRelease, type KnownRelease, type ReleaseState } from './release';
import type { ReleaseEvent } from './release.events';
import { type PromoteReleaseCommand, type ScheduleDeploymentCommand, scheduleDeployment } from './schedule-deployment';
import type { Variable } from '@slipway/projects/contract';

export interface UpdateVariablesCommand extends Command {
  readonly type: 'UpdateVariables';
  /** The project's variables of now. */
  readonly data: { readonly revision: number; readonly variables: readonly Variable[] };
}

export interface DeleteReleaseCommand extends Command {
  readonly type: 'DeleteRelease';
  readonly data: { readonly current: CurrentReleases };
}

export type ReleaseCommand =
  | CreateReleaseCommand
  | UpdateVariablesCommand
  | ScheduleDeploymentCommand
  | PromoteReleaseCommand
  | ConcludeDeploymentCommand
  | BlockReleaseCommand
  | UnblockReleaseCommand
  | DeleteReleaseCommand;

function updateVariables({ data }: UpdateVariablesCommand, release: KnownRelease): ReleaseEvent[] {
  const { project, version } = release;
  const hash = contentHash(data.variables);
  if (hash === release.snapshots.at(-1)?.hash) return [];
  const snapshot = release.snapshots.length + 1;
  return [{ type: 'VariablesUpdated', data: { project, version, snapshot, revision: data.revision, hash, variables: data.variables } }];
}

function deleteRelease({ data }: DeleteReleaseCommand, release: KnownRelease): ReleaseEvent[] {
  const blockers = deletionBlockers(release, data.current);
  if (blockers.length > 0) {
    throw new DomainError(
      'conflict',
      'release.not-deletable',
      `Release ${release.version} cannot be deleted: ${blockers.map((one) => one.message).join(' ')}`,
      { blockers },
    );
  }
  return [{ type: 'ReleaseDeleted', data: { project: release.project, version: release.version } }];
}

export const releaseDecider: Decider<ReleaseCommand, ReleaseState, ReleaseEvent> = {
  category: 'release',
  initialState: initialRelease,
  evolve: evolveRelease,
  decide(command, state) {
    if (command.type === 'CreateRelease') return createRelease(command);
    if (state.status === 'none') return [];
    if (command.type === 'ConcludeDeployment') return concludeDeployment(command, state);
    if (state.status === 'deleted') {
      if (command.type === 'DeleteRelease') return [];
      throw new DomainError(
        'not-found',
        'release.not-found',
        `Release ${state.version} of ${state.project} was deleted; its version is not used again.`,
        { version: state.version },
      );
    }
    switch (command.type) {
      case 'UpdateVariables':
        return updateVariables(command, state);
      case 'ScheduleDeployment':
      case 'PromoteRelease':
        return scheduleDeployment(command, state);
      case 'BlockRelease':
        return blockRelease(command, state);
      case 'UnblockRelease':
        return unblockRelease(command, state);
      case 'DeleteRelease':
        return deleteRelease(command, state);
      default:
        return command satisfies never;
    }
  },
};
