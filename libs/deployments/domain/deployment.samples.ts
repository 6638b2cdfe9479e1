import type { EventEntries, Upcaster } from '@slipway/kernel';
import type { AttemptRef, CancelRequested, DeploymentEvent, PlannedStep } from './deployment.events';

const deployment = { deployment: '019b8d2e-0000-7000-8000-000000000001', project: 'shop', release: '1.0.0', environment: 'staging' };
const attempt = { ...deployment, step: 'Deploy', attempt: 1, token: 1 };
const log = { chunks: 3, digest: 'sha256:0f' };
const interruption = '019b8d2e-0000-7000-8000-000000000006';
const child = { project: 'api', version: '2.0.0', environment: 'staging' };
const reason = { code: 'earlier-step-failed', message: 'An earlier step failed.', facts: { step: 'Deploy' }, events: [] };

/** What version 0.1.0 did not store yet, with what it meant then. */
const NOT_SUPERSEDING = { supersede: false };
const NOT_WARNED = { withWarnings: false };

function completePlanned(stored: Omit<PlannedStep, Added> & Partial<Pick<PlannedStep, Added>>): PlannedStep {
  const { required = false, condition = 'success', start = 'after-previous' } = stored;
  return { ...stored, required, condition, start };
}

type Added = 'required' | 'condition' | 'start';

/** Version 0.1.0 asked one worker at most. */
function cancelRequested(stored: object, { actor }: { actor: string }): CancelRequested {
  const { step, attempt, token, ...rest } = stored as Omit<CancelRequested['data'], 'attempts' | 'by'> & AttemptRef;
  return { type: 'CancelRequested', data: { ...rest, attempts: [{ step, attempt, token }], by: actor } };
}

/** One full example of each event of a deployment, and how what earlier versions stored is read. */
export const deploymentEvents: { entries: EventEntries<DeploymentEvent>; upcasters: Upcaster[] } = {
  upcasters: [{ from: 'DeploymentCancelRequested', to: cancelRequested }],
  entries: {
    DeploymentOpened: {
      complete: (stored) => ({ ...stored, plan: stored.plan.map(completePlanned) }),
      sample: {
        ...deployment,
        at: '2026-01-05T08:00:00.000Z',
        expiresAt: '2026-01-05T09:00:00.000Z',
        priority: false,
        failureMode: 'guided',
        comment: 'as agreed',
        requestedBy: 'ada',
        variablesSnapshot: 1,
        prompted: { Ticket: 'OPS-1' },
        redeployOf: '019b8d2e-0000-7000-8000-000000000002',
        rollbackOf: '019b8d2e-0000-7000-8000-000000000003',
        parent: { deployment: '019b8d2e-0000-7000-8000-000000000004', step: 'Shop', attempt: 1, token: 1, ancestors: ['suite'] },
        overrideFreeze: { reason: 'The shop is down.', freezes: ['year-end'] },
        plan: [
          {
            name: 'Deploy',
            type: 'script',
            pool: 'default',
            timeoutMs: 3_600_000,
            required: true,
            condition: { expression: '#{Go}' },
            start: 'with-previous',
            retries: { attempts: 3, delayMs: 5_000, backoff: 2 },
            excluded: false,
            skip: reason,
          },
        ],
      },
    },
    DeploymentQueued: {
      complete: (stored) => ({ ...NOT_SUPERSEDING, ...stored }),
      sample: { ...deployment, priority: true, supersede: true },
    },
    DeploymentStarted: { sample: deployment },
    StepDispatched: { sample: { ...attempt, pool: 'default', because: 'returned' } },
    StepStarted: { sample: { ...attempt, worker: 'worker-1' } },
    StepDelayed: { sample: { ...attempt, until: '2026-01-05T08:10:00.000Z' } },
    ChildDeploymentRequested: {
      sample: { ...attempt, child: { ...child, version: 'latest' }, ancestors: ['shop'], deadline: '2026-01-05T09:00:00.000Z' },
    },
    ChildDeploymentScheduled: { sample: { ...attempt, child: { ...child, deployment: '019b8d2e-0000-7000-8000-000000000005' } } },
    StepSucceeded: { sample: { ...attempt, exitCode: 0, outputs: { url: 'http://localhost' }, log } },
    StepFailed: { sample: { ...attempt, cause: { code: 'step.failed', message: 'exit code 1' }, exitCode: 1, outputs: {}, log } },
    StepTimedOut: { sample: { ...attempt, cause: { code: 'step.timed-out', message: 'not done after 60 s' }, log } },
    StepLost: { sample: { ...attempt, cause: { code: 'step.lost', message: 'the worker fell silent' } } },
    StepRetryPlanned: { sample: { ...deployment, step: 'Deploy', attempt: 2, at: '2026-01-05T08:00:05.000Z' } },
    StepSkipped: { sample: { ...deployment, step: 'Check', reason } },
    InterruptionRaised: {
      sample: {
        ...attempt,
        interruption,
        kind: 'guided-failure',
        answers: ['retry', 'ignore', 'fail'],
        instructions: 'Look at the shop.',
        responsible: 'operations',
        cause: { code: 'step.failed', message: 'exit code 1' },
        deadline: '2026-01-05T09:00:00.000Z',
      },
    },
    InterruptionTaken: { sample: { ...deployment, interruption, step: 'Deploy', by: 'ada' } },
    InterruptionResolved: { sample: { ...deployment, interruption, step: 'Deploy', by: 'ada', answer: 'ignore', notes: 'known' } },
    LateProgressRecorded: { sample: { ...attempt, worker: 'worker-1', kind: 'succeeded' } },
    CancelRequested: {
      sample: {
        ...deployment,
        attempts: [{ step: 'Deploy', attempt: 1, token: 1 }],
        by: 'ada',
        reason: 'wrong one',
        deadline: '2026-01-05T08:00:30.000Z',
      },
    },
    DeploymentSucceeded: { complete: (stored) => ({ ...NOT_WARNED, ...stored }), sample: { ...deployment, withWarnings: true } },
    DeploymentFailed: { sample: { ...deployment, cause: { code: 'step.failed', message: 'Deploy failed: exit code 1' } } },
    DeploymentCancelled: {
      sample: { ...deployment, by: 'ada', reason: 'wrong one', started: true, acknowledged: true, supersededBy: deployment.deployment },
    },
    DeploymentExpired: { sample: { ...deployment, expiresAt: '2026-01-05T09:00:00.000Z' } },
    DeploymentRefused: { sample: { ...deployment, reasons: [reason] } },
  },
};
