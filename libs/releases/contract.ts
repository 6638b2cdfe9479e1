import type { KnownRelease } from './domain/release';

export { FreezeOverrideInput } from './commands/freeze-override-input';
export { eligibility, type Verdict } from './domain/eligibility';
export { scheduledDeployment } from './domain/scheduled-deployment';
export { releaseStream } from './domain/release';
export type { KnownRelease, ReleaseState, VariableSnapshot } from './domain/release';
export type {
  DeploymentConcluded,
  DeploymentOutcome,
  DeploymentScheduled,
  EndCause,
  FreezeOverride,
  ParentStep,
  PhaseReached,
  ReleaseArchived,
  ReleaseBlocked,
  ReleaseCreated,
  ReleaseDeleted,
  ReleaseEvent,
  ReleasePromoted,
  ReleaseUnblocked,
  ReleaseUnlinked,
  VariablesUpdated,
} from './domain/release.events';

/** What other slices ask about releases. */
export abstract class ReleasesReader {
  /** From its folded stream: never behind. Deleted ones too. */
  abstract find(project: string, version: string): Promise<KnownRelease | undefined>;

  /** Version of the release that a project cut last before a position of the log, archived and deleted ones left out. */
  abstract latest(project: string, before: bigint): Promise<string | undefined>;
}
