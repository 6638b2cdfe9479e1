import { NO_SLUG, SLUG, type StepType } from '@slipway/kernel';
import { MayBeAbsent, Rule } from '../input-rule';

const SLUG_SCHEMA = { type: 'string', pattern: SLUG.source };
const VERSION = '^(latest|\\d+\\.\\d+\\.\\d+([-+][0-9A-Za-z.+-]+)?)$';

function faultOfSlug(value: unknown): string | undefined {
  return typeof value === 'string' && SLUG.test(value) ? undefined : NO_SLUG;
}

function faultOfVersion(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 100 && new RegExp(VERSION).test(value)
    ? undefined
    : 'must be `latest`, or the version of a release such as 1.4.0';
}

/** Input of the step type `deploy-release`. */
export class DeployReleaseInput {
  /** Another project. */
  @Rule('isProject', SLUG_SCHEMA, faultOfSlug)
  project!: string;

  /** A version, or `latest` (the default): the release that the other project cut last, when the step begins. */
  @MayBeAbsent()
  @Rule('isVersionOrLatest', { type: 'string', maxLength: 100, pattern: VERSION }, faultOfVersion)
  version?: string;

  /** Default: the environment that is deployed to. */
  @MayBeAbsent()
  @Rule('isEnvironment', SLUG_SCHEMA, faultOfSlug)
  environment?: string;
}

/** Deploys a release of another project and waits for its end: the deployment keeps its lane and holds no worker meanwhile. */
export class DeployReleaseStep implements StepType {
  readonly name = 'deploy-release';
  readonly inputClass = DeployReleaseInput;
  readonly expandInput = (input: object): object => input;
}
