import type { EventEntries } from '@slipway/kernel';
import { completeStep } from '@slipway/projects/contract';
import type { ReleaseEvent } from './release.events';

const release = { project: 'shop', version: '1.0.0' };
const deployment = '019b8d2e-0000-7000-8000-000000000001';

const parent = { deployment: '019b8d2e-0000-7000-8000-000000000004', step: 'Shop', attempt: 1, token: 1, ancestors: ['suite'] };

/** One full example of each event of a release. */
export const releaseEvents: { entries: EventEntries<ReleaseEvent> } = {
  entries: {
    ReleaseCreated: {
      complete: (stored) => ({ ...stored, process: { ...stored.process, steps: stored.process.steps.map(completeStep) } }),
      sample: {
        ...release,
        title: 'Spring sale',
        notes: '## New\n- banners',
        channel: 'default',
        process: {
          revision: 1,
          hash: 'sha256:0f',
          steps: [
            {
              name: 'Deploy',
              type: 'script',
              input: { run: 'echo hi' },
              condition: 'success',
              start: 'after-previous',
              required: false,
              roles: [],
              environments: [],
              excludeEnvironments: [],
              channels: [],
            },
          ],
        },
        variables: { revision: 1, hash: 'sha256:1e', variables: [{ name: 'Greeting', value: 'Hello' }] },
        lifecycle: {
          slug: 'default',
          hash: 'sha256:2d',
          phases: [{ name: 'development', environments: [{ environment: 'development', automatic: true }], optional: false }],
        },
        contentHash: 'sha256:3c',
      },
    },
    VariablesUpdated: {
      sample: { ...release, snapshot: 3, from: 2, revision: 2, hash: 'sha256:4b', variables: [{ name: 'Greeting', value: 'Good day' }] },
    },
    PhaseReached: {
      sample: { ...release, phase: 'development', unanswered: [{ environment: 'development', labels: ['Which ticket?'] }] },
    },
    ReleasePromoted: { sample: { ...release, from: 'development', to: 'staging', deployment } },
    DeploymentScheduled: {
      sample: {
        deployment,
        ...release,
        environment: 'staging',
        at: '2026-01-05T08:00:00.000Z',
        expiresAt: '2026-01-05T09:00:00.000Z',
        excluded: ['Smoke test'],
        failureMode: 'fail',
        comment: 'as agreed',
        priority: false,
        variablesSnapshot: 1,
        prompted: { Ticket: 'OPS-1' },
        redeployOf: '019b8d2e-0000-7000-8000-000000000002',
        rollbackOf: '019b8d2e-0000-7000-8000-000000000003',
        parent,
        overrideFreeze: { reason: 'The shop is down.', freezes: ['year-end'] },
        promotedFrom: 'development',
        automatic: false,
      },
    },
    FreezeOverridden: { sample: { deployment, ...release, environment: 'staging', freezes: ['year-end'], reason: 'The shop is down.' } },
    DeploymentConcluded: {
      sample: {
        deployment,
        ...release,
        environment: 'staging',
        outcome: 'cancelled',
        started: true,
        parent,
        endedAt: '2026-01-05T08:01:00.000Z',
        cause: { code: 'deployment-cancelled', message: 'Cancelled by ada: wrong one.', by: 'ada' },
      },
    },
    ReleaseUnlinked: { sample: { ...release, from: 'development', to: 'staging' } },
    ReleaseBlocked: { sample: { ...release, reason: 'prices are wrong' } },
    ReleaseUnblocked: { sample: { ...release, reason: 'prices were right after all' } },
    ReleaseArchived: { sample: { ...release, surplus: [{ phase: 'development', rule: { releases: 20 } }] } },
    ReleaseDeleted: { sample: release },
  },
};
