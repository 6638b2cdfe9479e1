import type { Handlers, Projection, Recorded, RecordedEvent, Rows } from '@slipway/kernel';
import { type ReleaseEvent, scheduledDeployment } from '@slipway/releases/contract';
import { concludedView } from '../domain/deployment-summary';
import type { DeploymentView, ViewFold } from '../domain/deployment-view';
import type { DeploymentEvent } from '../domain/deployment.events';
import { evolveView } from '../domain/evolve-view';
import type { LaneEvent } from '../domain/lane';
import { deploymentsTable, lanesTable, releaseStepsTable } from './deployments.tables';

type Event = Recorded<DeploymentEvent | LaneEvent | ReleaseEvent>;

async function scheduled(rows: Rows, event: Extract<Event, { type: 'DeploymentScheduled' }>): Promise<void> {
  const { data, metadata, position } = event;
  const names = await rows.get(releaseStepsTable, data.project, data.version);
  const { project, version: release, environment, at } = data;
  const view: DeploymentView = scheduledDeployment(data, metadata.actor, names?.steps ?? []);
  rows.put(deploymentsTable, {
    id: data.deployment,
    project,
    release,
    environment,
    state: view.state,
    at,
    scheduled: position,
    concluded: null,
    fold: { view },
  });
}

async function change(rows: Rows, deployment: string, fold: (before: ViewFold) => ViewFold): Promise<void> {
  const row = await rows.get(deploymentsTable, deployment);
  if (!row) return;
  const after = fold(row.fold);
  rows.put(deploymentsTable, { ...row, state: after.view.state, fold: after });
}

function viewed(rows: Rows, event: Recorded<DeploymentEvent>): Promise<void> {
  return change(rows, event.data.deployment, (before) => evolveView(before, event));
}

async function concluded(rows: Rows, { data, position }: Extract<Event, { type: 'DeploymentConcluded' }>): Promise<void> {
  await change(rows, data.deployment, (fold) => ({ view: concludedView(fold, data) }));
  const row = await rows.get(deploymentsTable, data.deployment);
  if (row) rows.put(deploymentsTable, { ...row, concluded: position });
}

async function laned(rows: Rows, event: RecordedEvent<LaneEvent>): Promise<void> {
  const { lane, deployment } = event.data;
  const { id, position, metadata } = event;
  switch (event.type) {
    case 'LaneEntered':
      return rows.put(lanesTable, {
        lane,
        deployment,
        holds: false,
        rank: event.data.priority ? 1 : 2,
        entered: position,
        since: metadata.at,
        event: id,
      });
    case 'MovedToFront': {
      const row = await rows.get(lanesTable, lane, deployment);
      return row && rows.put(lanesTable, { ...row, rank: -event.data.move });
    }
    case 'LaneGranted': {
      const row = await rows.get(lanesTable, lane, deployment);
      const { rank = 0, entered = position } = row ?? {};
      return rows.put(lanesTable, { lane, deployment, holds: true, rank, entered, since: metadata.at, event: id });
    }
    case 'LaneLeft':
      return rows.delete(lanesTable, lane, deployment);
    default:
      return event satisfies never;
  }
}

/** What queries show of deployments: themselves, and their lanes. */
export const deploymentsProjection: Projection = {
  name: 'deployments',
  version: 4,
  tables: [deploymentsTable, releaseStepsTable, lanesTable],
  on: {
    ReleaseCreated: (rows: Rows, { data }) => {
      const steps = data.process.steps.map(({ name, type }) => ({ name, type }));
      rows.put(releaseStepsTable, { project: data.project, version: data.version, steps });
    },
    DeploymentScheduled: scheduled,
    DeploymentOpened: viewed,
    DeploymentQueued: viewed,
    DeploymentStarted: viewed,
    StepDispatched: viewed,
    StepStarted: viewed,
    StepDelayed: viewed,
    ChildDeploymentRequested: viewed,
    ChildDeploymentScheduled: viewed,
    StepRetryPlanned: viewed,
    InterruptionRaised: viewed,
    InterruptionTaken: viewed,
    InterruptionResolved: viewed,
    StepSucceeded: viewed,
    StepFailed: viewed,
    StepTimedOut: viewed,
    StepLost: viewed,
    StepSkipped: viewed,
    CancelRequested: viewed,
    DeploymentSucceeded: viewed,
    DeploymentFailed: viewed,
    DeploymentCancelled: viewed,
    DeploymentExpired: viewed,
    DeploymentRefused: viewed,
    DeploymentConcluded: concluded,
    LaneEntered: laned,
    MovedToFront: laned,
    LaneGranted: laned,
    LaneLeft: laned,
  } satisfies Handlers<Event>,
};
