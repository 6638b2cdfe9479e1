import type { CommandMeta } from '@slipway/kernel';
import { type DeploymentName, type Step, type Variable, VariableResolver } from '@slipway/projects/contract';
import type { KnownRelease } from '@slipway/releases/contract';
import type { KnownDeployment } from './deployment';
import { groupsOf } from './plan';

/** What a decision needs of the release, as frozen there: the steps' inputs, the variables of the deployment's snapshot, and the channel. */
export interface Frozen {
  readonly steps: readonly Step[];
  readonly variables: readonly Variable[];
  readonly channel: string;
}

/** What a release froze for deployments with one of its variable snapshots; undefined where it has no such snapshot. */
export function frozenOf({ process, snapshots, channel }: KnownRelease, number: number): Frozen | undefined {
  const snapshot = snapshots.find((one) => one.number === number);
  return snapshot && { steps: process.steps, variables: snapshot.variables, channel };
}

/** What a decision that moves a deployment on needs besides its state: when and by whom it is taken, and the release. */
export interface Surroundings {
  readonly meta: CommandMeta;
  readonly frozen: Frozen;
}

/**
 * The one resolver of a step's texts: what the worker gets, what a person reads and what a condition is judged by. Values given to the deployment, outputs of
 * earlier steps and what Slipway knows itself beat every variable, and are never expanded again. Steps beside it are no earlier ones: who is faster does not
 * count, so every try of a step finds the same. `maxWork`: less than one context may take, where many are asked for at once.
 */
export function resolverFor(state: KnownDeployment, frozen: Frozen, step: Step, maxWork?: number): VariableResolver {
  const context = { environment: state.environment, step: step.name, channel: frozen.channel, roles: step.roles };
  return new VariableResolver(frozen.variables, context, given(state, frozen, step), maxWork);
}

function given(state: KnownDeployment, { channel }: Frozen, { name }: Step): Record<string, string> {
  const earlier = stepsBefore(state, name);
  const outputs = Object.entries(state.outputs).flatMap(([step, values]) =>
    earlier.has(step) ? Object.entries(values).map(([key, value]): [string, string] => [`Step[${step}].Output.${key}`, value]) : [],
  );
  const error = state.error && earlier.has(state.error.step) ? state.error : undefined;
  const own: Record<DeploymentName, string> = {
    'Slipway.Project': state.project,
    'Slipway.Release': state.release,
    'Slipway.Release.Channel': channel,
    'Slipway.Environment': state.environment,
    'Slipway.Deployment': state.deployment,
    'Slipway.Deployment.Error': error ? `Step ${error.step}: ${error.cause.message}` : '',
  };
  return { ...state.prompted, ...Object.fromEntries(outputs), ...own };
}

/** Of the groups before the one that it is in. */
function stepsBefore({ plan }: KnownDeployment, name: string): Set<string> {
  const groups = groupsOf(plan);
  const own = groups.findIndex((group) => group.some((one) => one.name === name));
  return new Set(groups.slice(0, Math.max(0, own)).flatMap((group) => group.map((one) => one.name)));
}
