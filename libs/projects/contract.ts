import type { ActiveProject } from './domain/project';

export {
  completeStep,
  DEFAULT_POOL,
  DEFAULT_STEP_TIMEOUT,
  DELAY,
  DEPLOY_RELEASE,
  HELD_TYPES,
  MANUAL_INTERVENTION,
  type RunCondition,
  type Step,
  stepNamed,
} from './domain/process/step';
export { type Channel, channelOf, IMPLICIT_CHANNELS } from './domain/channels/channel';
export { versionProblems } from './domain/channels/version-rules';
export { isReleaseVersion, MAX_VERSION_LENGTH } from './domain/versions/release-version';
export { DEFAULT_VERSION_TEMPLATE, versionFrom } from './domain/versions/version-template';
export type { ActiveProject, Project } from './domain/project';
export type { ProjectEvent } from './domain/project.events';
export { promptedValues, unansweredPrompts } from './domain/variables/prompts';
export type { DeploymentName } from './domain/variables/slipway-names';
export { LatestValues } from './domain/variables/latest-values';
export { MAX_WORK_OF_MANY, VariableResolver } from './domain/variables/resolver';
export { nameKey, type Variable } from './domain/variables/variable';

/** What other slices ask about projects. */
export abstract class ProjectsReader {
  /** From its folded stream: never behind. */
  abstract find(slug: string): Promise<ActiveProject | undefined>;

  /** The same. Errors: DomainError `project.not-found`. */
  abstract existing(slug: string): Promise<ActiveProject>;

  /**
   * As a release freezes it: with the values of its variable sets. Errors: DomainError `project.not-found`, and `release.variables` where
   * the values do not go together.
   */
  abstract releasable(slug: string): Promise<ActiveProject>;

  /** Whether its newer deployments take the place of older ones that wait. */
  abstract supersedesQueued(slug: string): Promise<boolean>;
}
