import type { Handlers, Projection, Recorded, Rows, Table } from '@slipway/kernel';
import type { DeploymentEvent } from '../domain/deployment.events';

export interface AttemptRow {
  deployment: string;
  step: string;
  attempt: number;
  token: number;
  pool: string;
  /** Null: nobody claimed it yet. */
  worker: string | null;
  /** When it was dispatched, or granted. */
  since: string;
}

/** The attempts that are out at workers: the newest dispatch of each step under way. */
export const attemptsTable: Table<AttemptRow> = {
  name: 'attempts',
  columns: { deployment: 'text', step: 'text', attempt: 'integer', token: 'integer', pool: 'text', worker: 'text', since: 'text' },
  key: ['deployment', 'step'],
};

type Event = Recorded<DeploymentEvent>;

function over(rows: Rows, { data }: { data: { deployment: string; step: string } }): void {
  rows.delete(attemptsTable, data.deployment, data.step);
}

/** What leases and idle hands are judged over (decision 8). */
export const attempts: Projection = {
  name: 'attempts',
  version: 2,
  tables: [attemptsTable],
  wholeBeforeReady: true,
  on: {
    StepDispatched: (rows: Rows, { data: { deployment, step, attempt, token, pool }, metadata }) =>
      rows.put(attemptsTable, { deployment, step, attempt, token, pool, worker: null, since: metadata.at }),
    StepStarted: async (rows: Rows, { data: { deployment, step, worker }, metadata }) => {
      const row = await rows.get(attemptsTable, deployment, step);
      if (row) rows.put(attemptsTable, { ...row, worker, since: metadata.at });
    },
    StepSucceeded: over,
    StepFailed: over,
    StepTimedOut: over,
    StepLost: over,
    StepSkipped: over,
  } satisfies Handlers<Event>,
};
