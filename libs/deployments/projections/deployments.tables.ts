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

export interface LaneRow {
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
