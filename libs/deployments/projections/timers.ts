import type { Handlers, Projection, Recorded, Rows, Table } from '@slipway/kernel';
import type { DeploymentEvent } from '../domain/deployment.events';

/** `step`: what one of its steps waits for may be over. */
export type TimerKind = 'due' | 'expiry' | 'cancel-deadline' | 'step';

export interface TimerRow {
  deployment: string;
  kind: TimerKind;
  /** Empty where it is about the whole deployment. */
  step: string;
  /** RFC 3339 UTC, so that texts compare as times. */
  at: string;
}

export const timersTable: Table<TimerRow> = {
  name: 'timers',
  columns: { deployment: 'text', kind: 'text', step: 'text', at: 'text' },
  key: ['deployment', 'kind', 'step'],
  indexes: [['at']],
};

type Event = Recorded<DeploymentEvent>;

function clear(...kinds: Exclude<TimerKind, 'step'>[]) {
  return (rows: Rows, { data }: { data: { deployment: string } }): void => {
    for (const kind of kinds) rows.delete(timersTable, data.deployment, kind, '');
  };
}

const ended = clear('due', 'expiry', 'cancel-deadline');

function wait(rows: Rows, { deployment, step }: { deployment: string; step: string }, at: string | undefined): void {
  if (at === undefined) rows.delete(timersTable, deployment, 'step', step);
  else rows.put(timersTable, { deployment, kind: 'step', step, at });
}

function over(rows: Rows, { data }: { data: { deployment: string; step: string } }): void {
  wait(rows, data, undefined);
}

/** What must be asked at a time (decision 12): after a restart nothing is forgotten, since the rows come from events. */
export const timers: Projection = {
  name: 'timers',
  version: 2,
  tables: [timersTable],
  wholeBeforeReady: true,
  on: {
    DeploymentOpened: (rows: Rows, { data: { deployment, at, expiresAt } }) => {
      rows.put(timersTable, { deployment, kind: 'due', step: '', at });
      if (expiresAt !== undefined) rows.put(timersTable, { deployment, kind: 'expiry', step: '', at: expiresAt });
    },
    DeploymentQueued: clear('due'),
    DeploymentStarted: clear('due', 'expiry'),
    StepDelayed: (rows: Rows, { data }) => wait(rows, data, data.until),
    StepRetryPlanned: (rows: Rows, { data }) => wait(rows, data, data.at),
    ChildDeploymentRequested: (rows: Rows, { data }) => wait(rows, data, data.deadline),
    InterruptionRaised: (rows: Rows, { data }) => wait(rows, data, data.deadline),
    InterruptionResolved: over,
    StepDispatched: over,
    StepSucceeded: over,
    StepFailed: over,
    StepTimedOut: over,
    StepLost: over,
    StepSkipped: over,
    CancelRequested: (rows: Rows, { data: { deployment, deadline } }) =>
      rows.put(timersTable, { deployment, kind: 'cancel-deadline', step: '', at: deadline }),
    DeploymentSucceeded: ended,
    DeploymentFailed: ended,
    DeploymentCancelled: ended,
    DeploymentExpired: ended,
    DeploymentRefused: ended,
  } satisfies Handlers<Event>,
};
