import type { CommandMeta } from '@slipway/kernel';
import type { OpenDeploymentCommand, QueueDeploymentCommand, StartDeploymentCommand } from './deployment.commands';
import { type DeploymentState, type Known, type KnownDeployment, refOf } from './deployment';
import type { DeploymentEvent, DeploymentRef } from './deployment.events';
import { andOn } from './flow';

/** What a deployment that has not started is judged by. */
type Waiting = Pick<Known, keyof DeploymentRef | 'at' | 'expiresAt' | 'priority'>;

/** One that is due already goes on to its lane in the same append: no timer has to be waited for. */
export function open({ data: { opened, supersede }, meta }: OpenDeploymentCommand, state: DeploymentState): DeploymentEvent[] {
  if (state.status !== 'none') return [];
  return [{ type: 'DeploymentOpened', data: opened }, ...due(opened, supersede, meta)];
}

export function queue({ data, meta }: QueueDeploymentCommand, state: KnownDeployment): DeploymentEvent[] {
  return state.status === 'scheduled' ? due(state, data.supersede, meta) : [];
}

export function expired(state: KnownDeployment, meta: CommandMeta): DeploymentEvent[] {
  return state.status === 'scheduled' || state.status === 'queued' ? tooLate(state, meta) : [];
}

function due(waiting: Waiting, supersede: boolean, meta: CommandMeta): DeploymentEvent[] {
  if (Date.parse(meta.now) < Date.parse(waiting.at)) return [];
  const late = tooLate(waiting, meta);
  if (late.length > 0) return late;
  return [{ type: 'DeploymentQueued', data: { ...refOf(waiting), priority: waiting.priority, supersede } }];
}

/** From the very moment `expiresAt` on it is too late: the clock that came with the command decides, a timer only wakes it up. */
function tooLate(waiting: Waiting, meta: CommandMeta): DeploymentEvent[] {
  const { expiresAt } = waiting;
  if (expiresAt === undefined || Date.parse(meta.now) < Date.parse(expiresAt)) return [];
  return [{ type: 'DeploymentExpired', data: { ...refOf(waiting), expiresAt } }];
}

export function start({ data, meta }: StartDeploymentCommand, state: KnownDeployment): DeploymentEvent[] {
  if (state.status !== 'queued') return [];
  const late = expired(state, meta);
  if (late.length > 0) return late;
  if (!data.verdict.allowed) return [{ type: 'DeploymentRefused', data: { ...refOf(state), reasons: data.verdict.reasons } }];
  return andOn(state, [{ type: 'DeploymentStarted', data: refOf(state) }], { meta, frozen: data.frozen });
}
