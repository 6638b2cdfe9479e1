import type { Command } from '@slipway/kernel';
import { openPhases } from './open-phases';
import { type KnownRelease, unblocked } from './release';
import type { ReleaseEvent } from './release.events';

export interface BlockReleaseCommand extends Command {
  readonly type: 'BlockRelease';
  readonly data: { readonly reason: string };
}

export interface UnblockReleaseCommand extends Command {
  readonly type: 'UnblockRelease';
  readonly data: { readonly reason?: string };
}

/** Keeps the release out of the phases in which it has no success yet. */
export function blockRelease({ data: { reason } }: BlockReleaseCommand, release: KnownRelease): ReleaseEvent[] {
  if (release.status === 'blocked' && release.blocked.reason === reason) return [];
  return [{ type: 'ReleaseBlocked', data: { project: release.project, version: release.version, reason } }];
}

/** Opens the phases that were reached meanwhile. */
export function unblockRelease({ data: { reason }, meta }: UnblockReleaseCommand, release: KnownRelease): ReleaseEvent[] {
  if (release.status !== 'blocked') return [];
  const { project, version } = release;
  const event: ReleaseEvent = { type: 'ReleaseUnblocked', data: { project, version, ...(reason === undefined ? {} : { reason }) } };
  return [event, ...openPhases(unblocked(release), meta)];
}
