import type { CommandMeta } from '@slipway/kernel';
import type { QueueDeploymentCommand, StartDeploymentCommand } from './deployment.commands';
import { type KnownDeployment, refOf } from './deployment';
import type { DeploymentEvent } from './deployment.events';
import { andOn } from './flow';

/** From the very moment `expiresAt` on it is too late: the clock that came with the command decides, a timer only wakes it up. */
export function expired(state: KnownDeployment, meta: CommandMeta): DeploymentEvent[] {
  if (state.status !== 'scheduled' && state.status !== 'queued') return [];
  const { expiresAt } = state;
  if (expiresAt === undefined || Date.parse(meta.now) < Date.parse(expiresAt)) return [];
  return [{ type: 'DeploymentExpired', data: { ...refOf(state), expiresAt } }];
}

export function queue({ data, meta }: QueueDeploymentCommand, state: KnownDeployment): DeploymentEvent[] {
  if (state.status !== 'scheduled' || Date.parse(meta.now) < Date.parse(state.at)) return [];
  const late = expired(state, meta);
  if (late.length > 0) return late;
  return [{ type: 'DeploymentQueued', data: { ...refOf(state), priority: state.priority, supersede: data.supersede } }];
}

export function start({ data, meta }: StartDeploymentCommand, state: KnownDeployment): DeploymentEvent[] {
  if (state.status !== 'queued') return [];
  const late = expired(state, meta);
  if (late.length > 0) return late;
  if (!data.verdict.allowed) return [{ type: 'DeploymentRefused', data: { ...refOf(state), reasons: data.verdict.reasons } }];
  return andOn(state, [{ type: 'DeploymentStarted', data: refOf(state) }], { meta, frozen: data.frozen });
}
