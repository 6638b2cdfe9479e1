import { type Command, type Decider, DomainError } from '@slipway/kernel';
import { archiveRelease, type ArchiveReleaseCommand } from './archive-release';
import { blockRelease, type BlockReleaseCommand, unblockRelease, type UnblockReleaseCommand } from './block-release';
import { concludeDeployment, type ConcludeDeploymentCommand } from './conclude-deployment';
import { createRelease, type CreateReleaseCommand } from './create-release';
import { type CurrentReleases, deletionBlockers } from './deletability';
import { evolveRelease, initialRelease, type KnownRelease, type ReleaseState } from './release';
import type { ReleaseEvent } from './release.events';
import { type DeploymentRequestCommand, scheduleDeployment } from './schedule-deployment';
import { retakeSnapshot, type RetakeSnapshotCommand, updateVariables, type UpdateVariablesCommand } from './update-variables';

export interface DeleteReleaseCommand extends Command {
  readonly type: 'DeleteRelease';
  readonly data: { readonly current: CurrentReleases };
}

export type ReleaseCommand =
  | CreateReleaseCommand
  | UpdateVariablesCommand
  | RetakeSnapshotCommand
  | DeploymentRequestCommand
  | ConcludeDeploymentCommand
  | BlockReleaseCommand
  | UnblockReleaseCommand
  | ArchiveReleaseCommand
  | DeleteReleaseCommand;

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

/** What an archived release refuses; its deployments are refused by eligibility. */
const CHANGES: ReadonlySet<ReleaseCommand['type']> = new Set([
  'UpdateVariables',
  'RetakeSnapshot',
  'BlockRelease',
  'UnblockRelease',
] as const);

export const releaseDecider: Decider<ReleaseCommand, ReleaseState, ReleaseEvent> = {
  category: 'release',
  initialState: initialRelease,
  evolve: evolveRelease,
  decide(command, state) {
    if (command.type === 'CreateRelease') return createRelease(command);
    if (state.status === 'none') return [];
    if (command.type === 'ConcludeDeployment') return concludeDeployment(command, state);
    if (state.status === 'deleted') {
      if (command.type === 'DeleteRelease' || command.type === 'ArchiveRelease') return [];
      throw new DomainError(
        'not-found',
        'release.not-found',
        `Release ${state.version} of ${state.project} was deleted; its version is not used again.`,
        { version: state.version },
      );
    }
    if (state.status === 'archived' && CHANGES.has(command.type)) {
      const message = `Release ${state.version} is archived and does not change any more: release the same again under another version.`;
      throw new DomainError('conflict', 'release.archived', message, { version: state.version });
    }
    switch (command.type) {
      case 'UpdateVariables':
        return updateVariables(command, state);
      case 'RetakeSnapshot':
        return retakeSnapshot(command, state);
      case 'ScheduleDeployment':
      case 'PromoteRelease':
      case 'RedeployDeployment':
      case 'RollBackDeployment':
      case 'ScheduleChildDeployment':
        return scheduleDeployment(command, state);
      case 'ArchiveRelease':
        return archiveRelease(command, state);
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
