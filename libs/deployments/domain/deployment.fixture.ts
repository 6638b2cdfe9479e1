import type { AttemptOutcome } from '@slipway/kernel';
import { HELD_TYPES } from '@slipway/projects/contract';
import type { DeploymentCommand } from './deployment.commands';
import type { AttemptRef, DeploymentEvent, PlannedStep } from './deployment.events';
import type { Frozen } from './frozen';

/** The words that the specifications of deployments are written in: one deployment, due at 08:00 (the time of the specifications). */
export const REF = { deployment: 'd1', project: 'shop', release: '1.0.0', environment: 'staging' };
export const LOG = { log: { chunks: 2, digest: 'sha256:0f' } };

export function planned(name: string, overrides: Partial<PlannedStep> = {}): PlannedStep {
  const flow = { required: false, condition: 'success' as const, start: 'after-previous' as const };
  const limit = HELD_TYPES.has(overrides.type ?? 'script') ? {} : { timeoutMs: 3_600_000 };
  return { name, type: 'script', pool: 'default', ...limit, ...flow, excluded: false, ...overrides };
}

export const NOT_HERE = { code: 'not-for-environment', message: 'Only in production.', facts: { environment: 'staging' }, events: [] };

const THREE = [planned('Build'), planned('Deploy'), planned('Check')];

const INPUTS: Readonly<Record<string, object>> = {
  'manual-intervention': { instructions: 'Look at #{Slipway.Environment}.', responsible: 'operations' },
  delay: { duration: 'PT10M' },
  'deploy-release': { project: 'api' },
};

/** The release's steps of a plan, as the decisions of a running deployment get them. */
export function frozen(plan: readonly PlannedStep[], variables: Frozen['variables'] = []): Frozen {
  const steps = plan.map(({ name, type, required, condition, start }) => ({
    ...{ name, type, input: INPUTS[type] ?? { run: 'true' }, required, condition, start },
    ...{ roles: [], environments: [], excludeEnvironments: [], channels: [] },
  }));
  return { steps, variables, channel: 'default' };
}

export const FROZEN = frozen(THREE);
/** What a grant of the lane comes with. */
export const ALLOWED = { verdict: { allowed: true, reasons: [] }, frozen: FROZEN };

type Opened = Extract<DeploymentEvent, { type: 'DeploymentOpened' }>;

function requested(plan: readonly PlannedStep[]): Opened['data'] {
  const options = { priority: false, failureMode: 'fail' as const, requestedBy: 'ada' };
  return { ...REF, at: '2026-01-05T08:00:00.000Z', ...options, variablesSnapshot: 1, plan };
}

export function opened(plan: readonly PlannedStep[], overrides: Partial<Opened['data']> = {}): Opened {
  return { type: 'DeploymentOpened', data: { ...requested(plan), ...overrides } };
}

export const queued: DeploymentEvent = { type: 'DeploymentQueued', data: { ...REF, priority: false, supersede: false } };
export const succeeded: DeploymentEvent = { type: 'DeploymentSucceeded', data: { ...REF, withWarnings: false } };
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
    type: 'CancelRequested',
    data: { ...REF, attempts: [attempt(step, token)], by: 'ada', reason: 'wrong one', deadline: '2026-01-05T08:00:30.000Z' },
  };
}

const begun: DeploymentEvent[] = [opened(THREE, { expiresAt: '2026-01-05T09:00:00.000Z' }), queued, started, dispatched('Build', 1)];

export const INTERRUPTION = 'i1';

export function stepFailed(step: string, token: number, tries = 1): DeploymentEvent {
  const cause = { code: 'step.failed', message: 'exit code 1' };
  return { type: 'StepFailed', data: { ...REF, ...attempt(step, token, tries), cause, exitCode: 1, outputs: {}, ...LOG } };
}

type Raised = Extract<DeploymentEvent, { type: 'InterruptionRaised' }>['data'];

/** A failure of the step that a person is asked about. */
export function asked(step: string, token: number, overrides: Partial<Raised> = {}): DeploymentEvent {
  const guided = { kind: 'guided-failure' as const, answers: ['retry', 'ignore', 'fail'] as const };
  const cause = { code: 'step.failed', message: 'exit code 1' };
  return {
    type: 'InterruptionRaised',
    data: { ...REF, ...attempt(step, token), interruption: INTERRUPTION, ...guided, cause, ...overrides },
  };
}

/** A manual intervention. */
export function askedBy(step: string, token: number, overrides: Partial<Raised> = {}): DeploymentEvent {
  const manual = { kind: 'manual-intervention' as const, answers: ['proceed', 'abort'] as const };
  const texts = { instructions: 'Look at staging.', responsible: 'operations' };
  return {
    type: 'InterruptionRaised',
    data: { ...REF, ...attempt(step, token), interruption: INTERRUPTION, ...manual, ...texts, ...overrides },
  };
}

export function taken(step: string, by = 'ada', interruption = INTERRUPTION): DeploymentEvent {
  return { type: 'InterruptionTaken', data: { ...REF, interruption, step, by } };
}

export function delayed(step: string, token: number): DeploymentEvent {
  return { type: 'StepDelayed', data: { ...REF, ...attempt(step, token), until: '2026-01-05T08:10:00.000Z' } };
}

export function retryPlanned(step: string, tries: number, at: string): DeploymentEvent {
  return { type: 'StepRetryPlanned', data: { ...REF, step, attempt: tries, at } };
}

export const CHILD = { project: 'api', version: '2.0.0', environment: 'staging', deployment: 'd2' };

export function childRequested(step: string, token: number): DeploymentEvent {
  const child = { project: 'api', version: 'latest', environment: 'staging' };
  return { type: 'ChildDeploymentRequested', data: { ...REF, ...attempt(step, token), child, ancestors: ['shop'] } };
}

/** A started deployment whose first step is to begin; failures are guided. */
function begunWith(first: Partial<PlannedStep>): DeploymentEvent[] {
  const plan = [planned('Build', first), planned('Deploy'), planned('Check')];
  return [opened(plan, { failureMode: 'guided' }), queued, started];
}

const FAILURE = [...begunWith({}), dispatched('Build', 1), running('Build', 1), stepFailed('Build', 1), asked('Build', 1)];

/** A history that leads to each state of the table in domain.md §6; executing and awaiting-intervention told apart by what is waited for. */
export const HISTORIES = {
  none: [],
  scheduled: begun.slice(0, 1),
  queued: begun.slice(0, 2),
  'executing, offered': begun,
  'executing, granted': [...begun, running('Build', 1)],
  'executing, delayed': [...begunWith({ type: 'delay' }), delayed('Build', 1)],
  'executing, waiting for its next try': [
    ...begunWith({ retries: { attempts: 2, delayMs: 60_000, backoff: 1 } }),
    ...[dispatched('Build', 1), stepFailed('Build', 1), retryPlanned('Build', 2, '2026-01-05T08:01:00.000Z')],
  ],
  'executing, waiting for another project': [...begunWith({ type: 'deploy-release' }), childRequested('Build', 1)],
  'awaiting-intervention, about a failure': FAILURE,
  'awaiting-intervention, about a failure, taken': [...FAILURE, taken('Build')],
  'awaiting-intervention, manual': [...begunWith({ type: 'manual-intervention' }), askedBy('Build', 1)],
  'awaiting-intervention, manual, taken': [...begunWith({ type: 'manual-intervention' }), askedBy('Build', 1), taken('Build')],
  cancelling: [...begun, running('Build', 1), cancelRequested('Build', 1)],
  succeeded: [...begun, running('Build', 1), stepSucceeded('Build', 1), succeeded],
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
  return { type: 'ReportAttempt', data: { ...attempt(step, token), worker, outcome, frozen: FROZEN } };
}

export const SILENT = { code: 'step.lost', message: 'the worker fell silent' };
export const NOT_COMPOSED = { code: 'task.too-large', message: 'the task does not fit a message' };

/** Each command once, as it would come while step Build, token 1, is out at worker w1. */
export const COMMANDS = {
  OpenDeployment: {
    type: 'OpenDeployment',
    data: { opened: requested(THREE), supersede: false },
  },
  QueueDeployment: { type: 'QueueDeployment', data: { supersede: false } },
  StartDeployment: { type: 'StartDeployment', data: ALLOWED },
  ExpireDeployment: { type: 'ExpireDeployment', data: {} },
  CancelDeployment: { type: 'CancelDeployment', data: { reason: 'wrong one', leaseSeconds: 30 } },
  ExpireCancel: { type: 'ExpireCancel', data: {} },
  ClaimAttempt: claims('Build', 1),
  ReportAttempt: reports('Build', 1, SUCCEEDED),
  LoseAttempt: { type: 'LoseAttempt', data: { ...attempt('Build', 1), cause: SILENT, frozen: FROZEN } },
  FailAttempt: { type: 'FailAttempt', data: { ...attempt('Build', 1), cause: NOT_COMPOSED, frozen: FROZEN } },
  RedispatchAttempt: { type: 'RedispatchAttempt', data: attempt('Build', 1) },
  WakeStep: { type: 'WakeStep', data: { step: 'Build', frozen: FROZEN } },
  NoteChild: { type: 'NoteChild', data: { token: 1, child: CHILD } },
  ReportChild: { type: 'ReportChild', data: { token: 1, child: CHILD, outcome: 'succeeded', frozen: FROZEN } },
  TakeInterruption: { type: 'TakeInterruption', data: { interruption: INTERRUPTION } },
  ResolveInterruption: { type: 'ResolveInterruption', data: { interruption: INTERRUPTION, answer: 'retry', frozen: FROZEN } },
  SupersedeDeployment: { type: 'SupersedeDeployment', data: { supersededBy: 'd9' } },
} satisfies Record<DeploymentCommand['type'], Asked>;
