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
} from './domain/process/step';
export { type Channel, channelOf, IMPLICIT_CHANNELS } from './domain/channels/channel';
export { versionProblems } from './domain/channels/version-rules';
export { isReleaseVersion, MAX_VERSION_LENGTH } from './domain/versions/release-version';
export { DEFAULT_VERSION_TEMPLATE, versionFrom } from './domain/versions/version-template';
export type { ActiveProject, Project } from './domain/project';
export type { ProjectEvent } from './domain/project.events';
export type { Variable, VariableContext } from './domain/variables/variable';
export { promptedValues, unansweredPrompts } from './domain/variables/prompts';

/** What other slices ask about projects. */
export abstract class ProjectsReader {
  /** From its folded stream: never behind. */
  abstract find(slug: string): Promise<ActiveProject | undefined>;

  /** As a release freezes it: with the values of its variable sets. Errors: DomainError `release.variables` where they do not go together. */
  abstract releasable(slug: string): Promise<ActiveProject | undefined>;
}
export { VariableResolver } from './domain/variables/resolver';
