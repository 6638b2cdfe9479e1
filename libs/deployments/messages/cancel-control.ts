import { type Control, type Message, type RecordedEvent, TOPICS } from '@slipway/kernel';
import type { CancelRequested } from '../domain/deployment.events';

/** Asks whoever runs an attempt of the deployment to end it. */
export function cancelControls({ data: { deployment, attempts } }: RecordedEvent<CancelRequested>): Message[] {
  return attempts.map(({ step, attempt, token }) => {
    const control: Control = { kind: 'cancel', deployment, step, attempt, token };
    return { topic: TOPICS.control, key: deployment, value: JSON.stringify(control) };
  });
}
