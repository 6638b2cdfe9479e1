import type { AttemptOutcome } from '@slipway/kernel';
import type { DeploymentCommand } from './deployment.commands';
import type { AttemptRef, DeploymentEvent, PlannedStep } from './deployment.events';

/** The words that the specifications of deployments are written in: one deployment, due at 08:00 (the time of the specifications). */
export const REF = { deployment: 'd1', project: 'shop', release: '1.0.0', environment: 'staging' };
export const LOG = { log: { chunks: 2, digest: 'sha256:0f' } };

export function planned(name: string, overrides: Partial<PlannedStep> = {}): PlannedStep {
  return { name, type: 'script', pool: 'default', timeoutMs: 3_600_000, excluded: false, ...overrides };
}

export const NOT_HERE = { code: 'not-for-environment', message: 'Only in production.', facts: { environment: 'staging' }, events: [] };

type Opened = Extract<DeploymentEvent, { type: 'DeploymentOpened' }>['data'];

function asked(plan: readonly PlannedStep[]): Opened {
  const options = { priority: false, failureMode: 'fail' as const, requestedBy: 'ada' };
  return { ...REF, at: '2026-01-05T08:00:00.000Z', ...options, variablesSnapshot: 1, plan };
}

export function opened(plan: readonly PlannedStep[], overrides: Partial<Opened> = {}): DeploymentEvent {
  return { type: 'DeploymentOpened', data: { ...asked(plan), ...overrides } };
}

export const queued: DeploymentEvent = { type: 'DeploymentQueued', data: { ...REF, priority: false } };
export const started: DeploymentEvent = { type: 'DeploymentStarted', data: REF };

export function attempt(step: string, token: number, tries = 1): AttemptRef {
  return { step, attempt: tries, token };
}

export function dispatched(step: string, token: number, because?: 'returned' | 'unclaimed'): DeploymentEvent {
  return { type: 'StepDispatched', data: { ...REF, ...attempt(step, token), pool: 'default', ...(because ? { because } : {}) } };
}

export function running(step: string, token: number, worker = 'w1'): DeploymentEvent {
  return { type: 'StepStarted', data: { ...REF, ...attempt(step, token), worker } };
}

export function stepSucceeded(step: string, token: number): DeploymentEvent {
  return { type: 'StepSucceeded', data: { ...REF, ...attempt(step, token), exitCode: 0, outputs: {}, ...LOG } };
}

export function skipped(step: string, because: 'failure' | 'cancel', failed = ''): DeploymentEvent {
  const reason =
    because === 'failure'
      ? { code: 'earlier-step-failed', message: `Step ${failed} did not succeed.`, facts: { step: failed }, events: [] }
      : { code: 'deployment-cancelled', message: 'The deployment was cancelled.', facts: {}, events: [] };
  return { type: 'StepSkipped', data: { ...REF, step, reason } };
}

export function cancelRequested(step: string, token: number): DeploymentEvent {
  return {
    type: 'DeploymentCancelRequested',
    data: { ...REF, ...attempt(step, token), reason: 'wrong one', deadline: '2026-01-05T08:00:30.000Z' },
  };
}

const THREE = [planned('Build'), planned('Deploy'), planned('Check')];
const begun: DeploymentEvent[] = [opened(THREE, { expiresAt: '2026-01-05T09:00:00.000Z' }), queued, started, dispatched('Build', 1)];

/** A history that leads to each state of the table in domain.md §6; executing told apart by whether a worker was granted the attempt. */
export const HISTORIES = {
  none: [],
  scheduled: begun.slice(0, 1),
  queued: begun.slice(0, 2),
  'executing, offered': begun,
  'executing, granted': [...begun, running('Build', 1)],
  cancelling: [...begun, running('Build', 1), cancelRequested('Build', 1)],
  succeeded: [...begun, running('Build', 1), stepSucceeded('Build', 1), { type: 'DeploymentSucceeded', data: REF }],
  failed: [...begun, { type: 'DeploymentFailed', data: { ...REF, cause: { code: 'step.failed', message: 'exit code 1' } } }],
  cancelled: [...begun, { type: 'DeploymentCancelled', data: { ...REF, by: 'ada', started: true, acknowledged: true } }],
  expired: [...begun.slice(0, 2), { type: 'DeploymentExpired', data: { ...REF, expiresAt: '2026-01-05T09:00:00.000Z' } }],
  refused: [...begun.slice(0, 2), { type: 'DeploymentRefused', data: { ...REF, reasons: [NOT_HERE] } }],
} satisfies Record<string, DeploymentEvent[]>;

export type StateName = keyof typeof HISTORIES;

export const SUCCEEDED: AttemptOutcome = { kind: 'succeeded', exitCode: 0, outputs: {}, ...LOG };
export const FAILED: AttemptOutcome = { kind: 'failed', exitCode: 1, error: 'exit code 1', outputs: {}, ...LOG };

type Asked = DeploymentCommand extends infer C ? (C extends DeploymentCommand ? Omit<C, 'meta'> : never) : never;

export function claims(step: string, token: number, worker = 'w1'): Extract<Asked, { type: 'ClaimAttempt' }> {
  return { type: 'ClaimAttempt', data: { ...attempt(step, token), worker } };
}

export function reports(step: string, token: number, outcome: AttemptOutcome, worker = 'w1'): Extract<Asked, { type: 'ReportAttempt' }> {
  return { type: 'ReportAttempt', data: { ...attempt(step, token), worker, outcome } };
}

export const SILENT = { code: 'step.lost', message: 'the worker fell silent' };
export const NOT_COMPOSED = { code: 'task.too-large', message: 'the task does not fit a message' };

/** Each command once, as it would come while step Build, token 1, is out at worker w1. */
export const COMMANDS = {
  OpenDeployment: {
    type: 'OpenDeployment',
    data: asked(THREE),
  },
  QueueDeployment: { type: 'QueueDeployment', data: {} },
  StartDeployment: { type: 'StartDeployment', data: { verdict: { allowed: true, reasons: [] } } },
  ExpireDeployment: { type: 'ExpireDeployment', data: {} },
  CancelDeployment: { type: 'CancelDeployment', data: { reason: 'wrong one', leaseSeconds: 30 } },
  ExpireCancel: { type: 'ExpireCancel', data: {} },
  ClaimAttempt: claims('Build', 1),
  ReportAttempt: reports('Build', 1, SUCCEEDED),
  LoseAttempt: { type: 'LoseAttempt', data: { ...attempt('Build', 1), cause: SILENT } },
  FailAttempt: { type: 'FailAttempt', data: { ...attempt('Build', 1), cause: NOT_COMPOSED } },
  RedispatchAttempt: { type: 'RedispatchAttempt', data: attempt('Build', 1) },
} satisfies Record<DeploymentCommand['type'], Asked>;
