import { type Control, type Message, type RecordedEvent, TOPICS } from '@slipway/kernel';
import type { DeploymentCancelRequested } from '../domain/deployment.events';

/** Asks whoever runs the attempt to end it. */
export function cancelControl({ data: { deployment, step, attempt, token } }: RecordedEvent<DeploymentCancelRequested>): Message {
  const control: Control = { kind: 'cancel', deployment, step, attempt, token };
  return { topic: TOPICS.control, key: deployment, value: JSON.stringify(control) };
}
