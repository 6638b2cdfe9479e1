import type { RecordedEvent } from '@slipway/kernel';
import type { EndCause } from '@slipway/releases/contract';
import type { DeploymentEnded } from './deployment.events';

/** Why a deployment ended as it did, in words that its own page and its release's history share; undefined for a success. */
export function endCause(event: RecordedEvent<DeploymentEnded>): EndCause | undefined {
  switch (event.type) {
    case 'DeploymentSucceeded':
      return undefined;
    case 'DeploymentFailed':
      return { code: event.data.cause.code, message: event.data.cause.message };
    case 'DeploymentCancelled': {
      const { by, reason, acknowledged } = event.data;
      const unknown = acknowledged ? '' : ' The worker did not acknowledge it: what its step still did is unknown.';
      return { code: 'deployment-cancelled', message: `Cancelled by ${by}${reason === undefined ? '' : `: ${reason}`}.${unknown}`, by };
    }
    case 'DeploymentExpired':
      return { code: 'deployment-expired', message: `It had not started by ${event.data.expiresAt}.` };
    case 'DeploymentRefused': {
      const { reasons } = event.data;
      return { code: reasons[0]?.code ?? 'refused', message: reasons.map((one) => one.message).join(' ') };
    }
    default:
      return event satisfies never;
  }
}
