import type { Handlers, Projection, Recorded, Rows, Table } from '@slipway/kernel';
import type { DeploymentEvent } from '../domain/deployment.events';

export type TimerKind = 'due' | 'expiry' | 'cancel-deadline';

interface TimerRow {
  deployment: string;
  kind: TimerKind;
  /** RFC 3339 UTC, so that texts compare as times. */
  at: string;
}

export const timersTable: Table<TimerRow> = {
  name: 'timers',
  columns: { deployment: 'text', kind: 'text', at: 'text' },
  key: ['deployment', 'kind'],
  indexes: [['at']],
};

type Event = Recorded<DeploymentEvent>;

function clear(...kinds: TimerKind[]) {
  return (rows: Rows, { data }: { data: { deployment: string } }): void => {
    for (const kind of kinds) rows.delete(timersTable, data.deployment, kind);
  };
}

const ended = clear('due', 'expiry', 'cancel-deadline');

/** What must be asked at a time (decision 12): after a restart nothing is forgotten, since the rows come from events. */
export const timers: Projection = {
  name: 'timers',
  version: 1,
  tables: [timersTable],
  wholeBeforeReady: true,
  on: {
    DeploymentOpened: (rows: Rows, { data: { deployment, at, expiresAt } }) => {
      rows.put(timersTable, { deployment, kind: 'due', at });
      if (expiresAt !== undefined) rows.put(timersTable, { deployment, kind: 'expiry', at: expiresAt });
    },
    DeploymentQueued: clear('due'),
    DeploymentStarted: clear('due', 'expiry'),
    DeploymentCancelRequested: (rows: Rows, { data: { deployment, deadline } }) =>
      rows.put(timersTable, { deployment, kind: 'cancel-deadline', at: deadline }),
    DeploymentSucceeded: ended,
    DeploymentFailed: ended,
    DeploymentCancelled: ended,
    DeploymentExpired: ended,
    DeploymentRefused: ended,
  } satisfies Handlers<Event>,
};
