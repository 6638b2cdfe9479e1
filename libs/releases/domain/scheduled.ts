import { type CommandMeta, defined, derivedId } from '@slipway/kernel';
import { promotionSource } from './progression';
import type { KnownRelease } from './release';
import type { DeploymentScheduled, ReleaseEvent } from './release.events';

export type DeploymentRequest = Pick<
  DeploymentScheduled['data'],
  | 'environment'
  | 'at'
  | 'expiresAt'
  | 'excluded'
  | 'failureMode'
  | 'comment'
  | 'priority'
  | 'prompted'
  | 'redeployOf'
  | 'rollbackOf'
  | 'parent'
  | 'overrideFreeze'
  | 'automatic'
> & {
  /** Absent: the release's newest. */
  readonly variablesSnapshot?: number;
};

/**
 * A deployment asked for, with the link that it makes: the first request to take the release on from one environment to a later one
 * links the two. The id is time-ordered, and the same for the same command and environment.
 */
export function scheduled(release: KnownRelease, request: DeploymentRequest, meta: CommandMeta): ReleaseEvent[] {
  const { project, version } = release;
  const { environment } = request;
  const deployment = derivedId(meta.now, `${meta.commandId}/${environment}`);
  const from = promotionSource(release, environment);
  const linked = release.links.some((link) => link.from === from && link.to === environment);
  const event: DeploymentScheduled = {
    type: 'DeploymentScheduled',
    data: defined({
      deployment,
      project,
      version,
      environment,
      at: request.at,
      expiresAt: request.expiresAt,
      excluded: request.excluded,
      failureMode: request.failureMode,
      comment: request.comment,
      priority: request.priority,
      variablesSnapshot: request.variablesSnapshot ?? release.snapshots.at(-1)?.number ?? 1,
      prompted: request.prompted,
      redeployOf: request.redeployOf,
      rollbackOf: request.rollbackOf,
      parent: request.parent,
      overrideFreeze: request.overrideFreeze,
      promotedFrom: from,
      automatic: request.automatic,
    }),
  };
  if (from === undefined || linked) return [event];
  return [{ type: 'ReleasePromoted', data: { project, version, from, to: environment, deployment } }, event];
}
