import type { CommandMeta } from '@slipway/kernel';
import type { DeploymentState } from './deployment';

/**
 * Where a command comes from that nobody asked for: a timer, a worker's word, a lease. It belongs to the request that scheduled the deployment, and its
 * cause is the newest event of the deployment: what was dispatched, granted, or due.
 */
export function followUp(state: DeploymentState, actor: string, commandId: string): Omit<CommandMeta, 'now'> {
  const known = state.status !== 'none';
  return { actor, commandId, correlationId: known ? state.correlationId : commandId, causationId: known ? state.lastEvent : commandId };
}
