import { type Command, defined } from '@slipway/kernel';
import { openPhases } from './open-phases';
import type { KnownRelease, ReleaseDeployment } from './release';
import type { DeploymentOutcome, EndCause, ReleaseEvent } from './release.events';

/** Told by the deployment's own stream when it ended. */
export interface ConcludeDeploymentCommand extends Command {
  readonly type: 'ConcludeDeployment';
  readonly data: {
    readonly deployment: string;
    readonly outcome: DeploymentOutcome;
    readonly started: boolean;
    readonly endedAt: string;
    readonly cause?: EndCause;
  };
}

/** Notes the end; takes a link back that nothing ever started on; a success may reach the next phases. */
export function concludeDeployment({ data, meta }: ConcludeDeploymentCommand, release: KnownRelease): ReleaseEvent[] {
  const known = release.deployments.find((one) => one.deployment === data.deployment);
  if (!known || known.concluded) return [];
  const { project, version } = release;
  const { deployment, outcome, started, endedAt, cause } = data;
  const concluded: ReleaseEvent = {
    type: 'DeploymentConcluded',
    data: defined({ deployment, project, version, environment: known.environment, outcome, started, endedAt, cause, parent: known.parent }),
  };
  const after = withConclusion(release, known, data);
  return [concluded, ...unlink(after, known), ...(outcome === 'succeeded' ? openPhases(after, meta) : [])];
}

function withConclusion(
  release: KnownRelease,
  known: ReleaseDeployment,
  { outcome, started, endedAt }: ConcludeDeploymentCommand['data'],
): KnownRelease {
  // Not recorded yet: it stands behind everything that is.
  const last = release.deployments.reduce((max, one) => (one.concluded && one.concluded.position > max ? one.concluded.position : max), 0n);
  const concluded = { outcome, started, at: endedAt, event: '', position: last + 1n };
  return { ...release, deployments: release.deployments.map((one) => (one === known ? { ...one, concluded } : one)) };
}

function unlink(release: KnownRelease, known: ReleaseDeployment): ReleaseEvent[] {
  const { project, version } = release;
  const link = release.links.find((one) => one.from === known.promotedFrom && one.to === known.environment);
  if (!link) return [];
  const used = release.deployments
    .filter((one) => one.promotedFrom === link.from && one.environment === link.to)
    .some((one) => !one.concluded || one.concluded.started);
  return used ? [] : [{ type: 'ReleaseUnlinked', data: { project, version, from: link.from, to: link.to } }];
}
