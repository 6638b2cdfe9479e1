import type { Table } from '@slipway/kernel';
import type { ViewFold } from '../domain/deployment-view';

export interface DeploymentRow {
  id: string;
  project: string;
  release: string;
  environment: string;
  state: string;
  at: string;
  /** Where it was scheduled: the order of lists. */
  scheduled: bigint;
  /** Where its release was told of its end. */
  concluded: bigint | null;
  fold: ViewFold;
}

export const deploymentsTable: Table<DeploymentRow> = {
  name: 'deployments',
  columns: {
    id: 'text',
    project: 'text',
    release: 'text',
    environment: 'text',
    state: 'text',
    at: 'text',
    scheduled: 'position',
    concluded: 'position',
    fold: 'json',
  },
  key: ['id'],
  indexes: [
    ['scheduled'],
    ['project', 'environment', 'scheduled'],
    ['project', 'state', 'at'],
    ['state', 'at'],
    ['project', 'environment', 'state', 'concluded'],
  ],
};

interface ReleaseStepsRow {
  project: string;
  version: string;
  steps: { name: string; type: string }[];
}

/** What the steps of a release are called: a deployment is shown with them before its own stream opens. */
export const releaseStepsTable: Table<ReleaseStepsRow> = {
  name: 'release_steps',
  columns: { project: 'text', version: 'text', steps: 'json' },
  key: ['project', 'version'],
};

interface LaneRow {
  lane: string;
  deployment: string;
  /** The one that runs; the others wait, by rank and then as they entered. */
  holds: boolean;
  /** -n after the n-th move to the front, 1 with priority, 2 without. */
  rank: number;
  entered: bigint;
  /** The event and its time that made it so. */
  since: string;
  event: string;
}

/** Who holds each lane and who waits, in order. */
export const lanesTable: Table<LaneRow> = {
  name: 'lanes',
  columns: { lane: 'text', deployment: 'text', holds: 'boolean', rank: 'integer', entered: 'position', since: 'text', event: 'text' },
  key: ['lane', 'deployment'],
  indexes: [['lane', 'holds', 'rank', 'entered']],
};

export interface CellRow {
  project: string;
  environment: string;
  /** The latest success. */
  current: { release: string; deployment: string; since: string } | null;
  /** The deployment that started last. */
  latest: string | null;
}

/** The dashboard: projects × environments. */
export const cellsTable: Table<CellRow> = {
  name: 'cells',
  columns: { project: 'text', environment: 'text', current: 'json', latest: 'text' },
  key: ['project', 'environment'],
};

interface BoardProjectRow {
  project: string;
}

/** Rows of the dashboard. */
export const boardProjectsTable: Table<BoardProjectRow> = { name: 'board_projects', columns: { project: 'text' }, key: ['project'] };

interface BoardEnvironmentRow {
  environment: string;
  place: number | null;
  createdAt: bigint;
}

/** Columns of the dashboard, by the environments' order. */
export const boardEnvironmentsTable: Table<BoardEnvironmentRow> = {
  name: 'board_environments',
  columns: { environment: 'text', place: 'integer', createdAt: 'position' },
  key: ['environment'],
};
