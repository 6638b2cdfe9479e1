import type { Command } from '@slipway/kernel';
import type { KnownRelease } from './release';
import type { ReleaseArchived, ReleaseEvent } from './release.events';

/** Retention judged that it goes. */
export interface ArchiveReleaseCommand extends Command {
  readonly type: 'ArchiveRelease';
  readonly data: {
    readonly surplus: ReleaseArchived['data']['surplus'];
    /** How many deployments it had when it was judged. */
    readonly deployments: number;
  };
}

/** Nothing where a deployment was asked for since, which may make it current: it is judged anew. */
export function archiveRelease({ data: { surplus, deployments } }: ArchiveReleaseCommand, release: KnownRelease): ReleaseEvent[] {
  const isStale = release.deployments.length !== deployments || release.deployments.some((one) => !one.concluded);
  if (isStale || release.status === 'archived') return [];
  return [{ type: 'ReleaseArchived', data: { project: release.project, version: release.version, surplus } }];
}
