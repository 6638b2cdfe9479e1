import { contentHash, derivedId } from '@slipway/kernel';
import type { Phase } from '@slipway/lifecycles/contract';
import { type ActiveProject, type Channel, IMPLICIT_CHANNELS, type Step, type Variable } from '@slipway/projects/contract';
import type { CreateReleaseCommand } from './create-release';
import type { DeploymentOutcome, ReleaseEvent } from './release.events';
import type { DeploymentOptions } from './schedule-deployment';

/** The words that the specifications of releases are written in: release 1.0.0 of the shop, at 08:00 (the time of the specifications). */
export const SHOP = { project: 'shop', version: '1.0.0' };
const NOW = '2026-01-05T08:00:00.000Z';

export function step(name: string, required = false): Step {
  return {
    name,
    type: 'script',
    input: { run: 'true' },
    condition: 'success',
    start: 'after-previous',
    required,
    roles: [],
    environments: [],
    excludeEnvironments: [],
    channels: [],
  };
}

/** `phase('Try', ['staging', '!qa'])`: an exclamation mark makes an environment automatic. */
export function phase(name: string, environments: readonly string[], overrides: Partial<Phase> = {}): Phase {
  const places = environments.map((one) => ({ environment: one.replace('!', ''), automatic: one.startsWith('!') }));
  return { name, environments: places, optional: false, ...overrides };
}

export const THREE = [phase('Build', ['development']), phase('Try', ['staging']), phase('Live', ['production'])];
export const STEPS = [step('Build'), step('Deploy', true), step('Check')];
export const GREETING: Variable[] = [{ name: 'Greeting', value: 'Hello' }];

export function shop(steps: readonly Step[] = STEPS, variables: readonly Variable[] = GREETING): ActiveProject {
  return {
    status: 'active',
    project: { slug: 'shop', lifecycle: 'web' },
    process: { revision: 4, hash: contentHash(steps), steps },
    variables: { revision: 7, hash: contentHash(variables), variables },
    channels: { revision: 0, hash: '', channels: IMPLICIT_CHANNELS },
  };
}

export const DEFAULT_CHANNEL: Channel = { slug: 'default', default: true };

export function createRelease(
  phases: readonly Phase[] = THREE,
  project = shop(),
): { type: 'CreateRelease'; data: CreateReleaseCommand['data'] } {
  return { type: 'CreateRelease', data: { version: '1.0.0', channel: DEFAULT_CHANNEL, project, lifecycle: { slug: 'web', phases } } };
}

export function created(phases: readonly Phase[] = THREE, { process, variables } = shop()): ReleaseEvent {
  const lifecycle = { slug: 'web', phases, hash: contentHash(phases) };
  const hash = contentHash([process.hash, variables.hash, lifecycle.hash]);
  return { type: 'ReleaseCreated', data: { ...SHOP, channel: 'default', process, variables, lifecycle, contentHash: hash } };
}

export function reached(...phases: string[]): ReleaseEvent[] {
  return phases.map((name) => ({ type: 'PhaseReached', data: { ...SHOP, phase: name } }));
}

type Scheduled = Extract<ReleaseEvent, { type: 'DeploymentScheduled' }>['data'];

/** Id of the deployment that a command of the specifications schedules. */
export function idFor(environment: string, commandId = 'command-1'): string {
  return derivedId(NOW, `${commandId}/${environment}`);
}

export function scheduled(environment: string, overrides: Partial<Scheduled> = {}): ReleaseEvent {
  const options = { at: NOW, excluded: [], failureMode: 'fail' as const, priority: false, variablesSnapshot: 1, automatic: false };
  return { type: 'DeploymentScheduled', data: { deployment: idFor(environment), ...SHOP, environment, ...options, ...overrides } };
}

type Conclusion = { outcome?: DeploymentOutcome; started?: boolean };

export function concluded(
  deployment: string,
  environment: string,
  { outcome = 'succeeded', started = true }: Conclusion = {},
): ReleaseEvent {
  return { type: 'DeploymentConcluded', data: { deployment, ...SHOP, environment, outcome, started, endedAt: NOW } };
}

/** A whole deployment: asked for, and ended. */
export function deployed(environment: string, deployment: string, how: Conclusion & { promotedFrom?: string } = {}): ReleaseEvent[] {
  const { promotedFrom } = how;
  return [scheduled(environment, { deployment, ...(promotedFrom ? { promotedFrom } : {}) }), concluded(deployment, environment, how)];
}

export function promoted(from: string, to: string, deployment = idFor(to)): ReleaseEvent {
  return { type: 'ReleasePromoted', data: { ...SHOP, from, to, deployment } };
}

export function unlinked(from: string, to: string): ReleaseEvent {
  return { type: 'ReleaseUnlinked', data: { ...SHOP, from, to } };
}

export function blocked(reason = 'prices are wrong'): ReleaseEvent {
  return { type: 'ReleaseBlocked', data: { ...SHOP, reason } };
}

export function unblocked(reason?: string): ReleaseEvent {
  return { type: 'ReleaseUnblocked', data: { ...SHOP, ...(reason === undefined ? {} : { reason }) } };
}

export function archived(surplus: Extract<ReleaseEvent, { type: 'ReleaseArchived' }>['data']['surplus']): ReleaseEvent {
  return { type: 'ReleaseArchived', data: { ...SHOP, surplus } };
}

export function schedule(environment: string, options: Partial<DeploymentOptions> = {}) {
  return {
    type: 'ScheduleDeployment' as const,
    data: { environment, exclude: [], failureMode: 'fail' as const, priority: false, freezes: [], ...options },
  };
}

export function promote(environment: string, options: Partial<DeploymentOptions> = {}) {
  return { ...schedule(environment, options), type: 'PromoteRelease' as const };
}

export function conclude(deployment: string, { outcome = 'succeeded', started = true }: Conclusion = {}) {
  return { type: 'ConcludeDeployment' as const, data: { deployment, outcome, started, endedAt: NOW } };
}
