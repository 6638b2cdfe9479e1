import { defined, DomainError, type Reason } from '@slipway/kernel';
import { type CurrentReleases, deletionBlockers, isCurrent } from '../domain/deletability';
import { type Around, eligibility } from '../domain/eligibility';
import { labelsUnanswered } from '../domain/open-phases';
import { isComplete, isReached, successesIn } from '../domain/progression';
import type { KnownRelease } from '../domain/release';

/** `Release` of interfaces.md as lists show it: everything but process steps, lifecycle and notes. */
export function releaseSummary(release: KnownRelease, current: CurrentReleases) {
  const blockers = release.status === 'deleted' ? [alreadyDeleted(release)] : deletionBlockers(release, current);
  const snapshot = release.snapshots.at(-1);
  return defined({
    project: release.project,
    version: release.version,
    title: release.title,
    channel: release.channel,
    createdAt: release.createdAt,
    createdBy: release.createdBy,
    state: release.status,
    blocked: release.status === 'blocked' ? { reason: release.blocked.reason, by: release.blocked.by, at: release.blocked.at } : undefined,
    archived: release.status === 'archived' ? { surplus: release.archived.surplus, at: release.archived.at } : undefined,
    contentHash: release.contentHash,
    variables: { snapshot: snapshot?.number, hash: snapshot?.hash, takenAt: snapshot?.takenAt },
    links: release.links.map(({ from, to, deployment, at }) => ({ from, to, deployment, at })),
    deletable: release.status !== 'deleted' && blockers.length === 0,
    notDeletable: blockers,
  });
}

function alreadyDeleted({ version }: KnownRelease): Reason {
  return { code: 'release-deleted', message: `Release ${version} was deleted already.`, facts: { version }, events: [] };
}

/** `Release` whole. */
export function releaseResource(release: KnownRelease, current: CurrentReleases) {
  return defined({
    ...releaseSummary(release, current),
    notes: release.notes,
    process: { hash: release.process.hash, steps: release.process.steps },
    lifecycle: release.lifecycle,
    artifacts: [],
  });
}

/** `Progression`: for each environment whether the release may go there at that time, or every reason why not; `next`: where it may go and has not been. */
export function progressionResource(release: KnownRelease, current: CurrentReleases, around: Around) {
  const phases = release.lifecycle.phases.map((phase, index) => ({
    name: phase.name,
    complete: isComplete(release, phase),
    reached: isReached(release, index),
    optional: phase.optional,
    environments: phase.environments.map(({ environment, automatic }) => {
      const { allowed, reasons, notBefore } = eligibility(release, environment, around);
      const deployed = successesIn(release, environment).length > 0;
      const toAnswer = labelsUnanswered(release, environment);
      const lastDeployment = release.deployments.filter((one) => one.environment === environment).at(-1)?.deployment;
      return defined({
        environment,
        automatic,
        allowed,
        reasons,
        notBefore,
        toAnswer: toAnswer.length > 0 ? toAnswer : undefined,
        deployed,
        current: isCurrent(release, environment, current),
        lastDeployment,
      });
    }),
  }));
  const next = phases.flatMap((phase) => phase.environments.filter((one) => one.allowed && !one.deployed).map((one) => one.environment));
  return { phases, next };
}

/** A variable snapshot, the one in force where no number is given ("Show snapshot", seed 003). Errors: DomainError `snapshot.not-found`. */
export function snapshotResource(release: KnownRelease, number: number | undefined) {
  const snapshot = number === undefined ? release.snapshots.at(-1) : release.snapshots.find((one) => one.number === number);
  if (!snapshot) {
    const { project, version, snapshots } = release;
    const message = `Release ${version} of ${project} has no variable snapshot ${number}: it has 1 to ${snapshots.length}.`;
    throw new DomainError('not-found', 'snapshot.not-found', message, { project, version });
  }
  const { number: shown, hash, takenAt, variables } = snapshot;
  return {
    snapshot: shown,
    hash,
    takenAt,
    snapshots: release.snapshots.map((one) => ({ snapshot: one.number, hash: one.hash, takenAt: one.takenAt })),
    variables,
  };
}
