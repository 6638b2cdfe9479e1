import type { CommandMeta } from '@slipway/kernel';
import type { DeploymentState } from './deployment';

/** Who asks, under which id, and about which step, if about one. */
interface Asking {
  readonly actor: string;
  readonly commandId: string;
  readonly step?: string;
}

/**
 * Where a command comes from that nobody asked for: a timer, a worker's word, a lease. It belongs to the request that scheduled the deployment, and its
 * cause is the newest event about its step, or about the deployment: what was dispatched, granted, or due.
 */
export function followUp(state: DeploymentState, { actor, commandId, step }: Asking): Omit<CommandMeta, 'now'> {
  if (state.status === 'none') return { actor, commandId, correlationId: commandId, causationId: commandId };
  const causationId = (step === undefined ? undefined : state.lastOf[step]) ?? state.lastEvent;
  const { correlationId, traceparent } = state;
  return { actor, commandId, correlationId, causationId, ...(traceparent === undefined ? {} : { traceparent }) };
}
