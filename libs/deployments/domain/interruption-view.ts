import { defined, type Recorded, type RecordedEvent } from '@slipway/kernel';
import type { DeploymentEvent, InterruptionRaised } from './deployment.events';

/** `Interruption` of interfaces.md. */
export interface InterruptionView {
  readonly id: string;
  readonly deployment: string;
  readonly project: string;
  readonly release: string;
  readonly environment: string;
  readonly step: string;
  readonly attempt: number;
  readonly kind: string;
  readonly instructions?: string;
  readonly responsible?: string;
  /** What failed. */
  readonly cause?: { readonly code: string; readonly message: string };
  readonly answers: readonly string[];
  readonly state: 'open' | 'taken' | 'resolved';
  readonly raisedAt: string;
  /** Unanswered by then, the step times out. */
  readonly deadline?: string;
  readonly takenBy?: string;
  readonly takenAt?: string;
  /** Absent on a resolved one: the deployment went on, or ended, without an answer. */
  readonly answer?: string;
  readonly notes?: string;
  readonly resolvedAt?: string;
}

export function raisedView({ data, metadata }: RecordedEvent<InterruptionRaised>): InterruptionView {
  const { interruption: id, token: _, ...told } = data;
  return defined({ ...told, id, state: 'open' as const, raisedAt: metadata.at });
}

/** What an event of its deployment makes of an interruption that is not over; the same view where it says nothing of it. */
export function evolveInterruption(view: InterruptionView, { type, data, metadata }: Recorded<DeploymentEvent>): InterruptionView {
  const { at } = metadata;
  if (view.state === 'resolved') return view;
  if (type === 'InterruptionTaken') return { ...view, state: 'taken', takenBy: data.by, takenAt: at };
  if (type === 'InterruptionResolved') {
    const { answer, notes } = data;
    return defined({ ...view, state: 'resolved' as const, answer, notes, resolvedAt: at });
  }
  // Nobody is asked any more.
  if (type === 'StepTimedOut' || type === 'DeploymentCancelled') return { ...view, state: 'resolved', resolvedAt: at };
  return view;
}
