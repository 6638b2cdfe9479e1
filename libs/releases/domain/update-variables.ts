import { type Command, contentHash, DomainError } from '@slipway/kernel';
import type { Variable } from '@slipway/projects/contract';
import type { KnownRelease } from './release';
import type { ReleaseEvent } from './release.events';

export interface UpdateVariablesCommand extends Command {
  readonly type: 'UpdateVariables';
  /** The project's variables of now. */
  readonly data: { readonly revision: number; readonly variables: readonly Variable[] };
}

export interface RetakeSnapshotCommand extends Command {
  readonly type: 'RetakeSnapshot';
  /** Number of the snapshot to take again. */
  readonly data: { readonly snapshot: number };
}

/** The project's variables of now become the next snapshot, unless the newest one is the same. */
export function updateVariables({ data: { revision, variables } }: UpdateVariablesCommand, release: KnownRelease): ReleaseEvent[] {
  return nextSnapshot(release, { revision, variables, hash: contentHash(variables) });
}

/** An earlier snapshot becomes the next one, unless the newest one is the same. */
export function retakeSnapshot({ data: { snapshot: wanted } }: RetakeSnapshotCommand, release: KnownRelease): ReleaseEvent[] {
  const earlier = release.snapshots.find(({ number }) => number === wanted);
  if (!earlier) {
    const message = `release ${release.version} has no variable snapshot ${wanted}: it has 1 to ${release.snapshots.length}`;
    throw new DomainError('invalid', 'release.unknown-snapshot', `The variables cannot be updated: ${message}.`, { snapshot: wanted }, [
      { pointer: '/snapshot', message },
    ]);
  }
  const { revision, variables, hash } = earlier;
  return nextSnapshot(release, { revision, variables, hash, from: wanted });
}

type Taken = Omit<Extract<ReleaseEvent, { type: 'VariablesUpdated' }>['data'], 'project' | 'version' | 'snapshot'>;

function nextSnapshot({ project, version, snapshots }: KnownRelease, { revision, hash, variables, from }: Taken): ReleaseEvent[] {
  if (hash === snapshots.at(-1)?.hash) return [];
  const taken = { project, version, snapshot: snapshots.length + 1, revision, hash, variables };
  return [{ type: 'VariablesUpdated', data: from === undefined ? taken : { ...taken, from } }];
}
