import type { Reactor, RecordedEvent } from '@slipway/kernel';
import { recorded } from '@slipway/kernel/testing';
import { releaseEvents } from '../../releases/domain/release.samples';
import type { DeploymentScheduled } from '../../releases/domain/release.events';
import { deploymentEvents } from '../domain/deployment.samples';
import { laneEvents } from '../domain/lane';
import { concludeDeployment } from './conclude-deployment';
import { driveLanes } from './drive-lanes';
import { openDeployment } from './open-deployment';
import { reportChild } from './report-child';

const samples = { ...releaseEvents.entries, ...deploymentEvents.entries, ...laneEvents.entries };

function eventOf(type: keyof typeof samples): RecordedEvent {
  return recorded([{ type, data: samples[type].sample }])[0]!;
}

/** The commands per event type, those without any left out. */
function reactions(reactor: Reactor): Record<string, unknown> {
  const asked = (Object.keys(samples) as (keyof typeof samples)[]).map(
    (type) => [type, reactor.on[type]?.(eventOf(type) as never) ?? []] as const,
  );
  return Object.fromEntries(asked.filter(([, commands]) => commands.length > 0));
}

const { deployment, project, release, environment } = deploymentEvents.entries.DeploymentSucceeded.sample;
const lane = `${project}@${environment}`;

describe('what happens by itself after an event of every kind there is', () => {
  it('open-deployment: what was scheduled on a release opens its own stream, for whoever asked', () => {
    const { version, ...request } = releaseEvents.entries.DeploymentScheduled.sample satisfies DeploymentScheduled['data'];
    expect(reactions(openDeployment)).toEqual({
      DeploymentScheduled: [{ name: 'OpenDeployment', data: { ...request, release: version, requestedBy: 'ada' } }],
    });
  });

  it('drive-lanes: who is queued enters, who is granted starts, who ended leaves', () => {
    const leave = [{ name: 'LeaveLane', data: { lane, deployment } }];
    expect(reactions(driveLanes)).toEqual({
      DeploymentQueued: [{ name: 'EnterLane', data: { lane, deployment, priority: true, supersede: true } }],
      LaneEntered: laneEvents.entries.LaneEntered.sample.supersedes.map((older) => ({
        name: 'SupersedeDeployment',
        data: { deployment: older, supersededBy: deployment },
      })),
      LaneGranted: [{ name: 'StartDeployment', data: { deployment: laneEvents.entries.LaneGranted.sample.deployment } }],
      DeploymentSucceeded: leave,
      DeploymentFailed: leave,
      DeploymentCancelled: leave,
      DeploymentExpired: leave,
      DeploymentRefused: leave,
    });
  });

  it('conclude-deployment: every end is told to the release, whether it had started, and why it did not succeed', () => {
    const told = (outcome: string, started: boolean, cause?: object) => [
      {
        name: 'ConcludeDeployment',
        data: { deployment, project, version: release, outcome, started, endedAt: '2026-01-05T08:00:00.000Z', ...(cause ? { cause } : {}) },
      },
    ];
    expect(reactions(concludeDeployment)).toEqual({
      DeploymentSucceeded: told('succeeded', true),
      DeploymentFailed: told('failed', true, { code: 'step.failed', message: 'Deploy failed: exit code 1' }),
      DeploymentCancelled: told('cancelled', true, { code: 'deployment-cancelled', message: 'Cancelled by ada: wrong one.', by: 'ada' }),
      DeploymentExpired: told('expired', false, { code: 'deployment-expired', message: 'It had not started by 2026-01-05T09:00:00.000Z.' }),
      DeploymentRefused: told('refused', false, { code: 'earlier-step-failed', message: 'An earlier step failed.' }),
    });
  });

  it('report-child: the end of a deployment that a step of another one waits for is told to that one', () => {
    const { cause, outcome, parent, ...child } = releaseEvents.entries.DeploymentConcluded.sample;
    const told = { project: child.project, version: child.version, environment: child.environment, deployment: child.deployment };
    expect(reactions(reportChild)).toEqual({
      DeploymentConcluded: [
        { name: 'ReportChild', data: { deployment: parent?.deployment, token: parent?.token, child: told, outcome, cause } },
      ],
    });
  });

  it('conclude-deployment: a cancel before the start is told as such', () => {
    const data = { ...deploymentEvents.entries.DeploymentCancelled.sample, started: false };
    const [event] = recorded([{ type: 'DeploymentCancelled' as const, data }]);
    expect(concludeDeployment.on['DeploymentCancelled']?.(event as never)).toMatchObject([
      { data: { outcome: 'cancelled', started: false } },
    ]);
  });

  it.each([openDeployment, driveLanes, concludeDeployment, reportChild])(
    '$name starts at the beginning of the log: a lost checkpoint loses no work',
    (reactor) => {
      expect(reactor.startsAt).toBe('beginning');
    },
  );
});
