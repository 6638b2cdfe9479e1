import { type Handlers, type Projection, putSince, type Recorded, type Rows, type Table, temporalTable } from '@slipway/kernel';
import type { EnvironmentEvent } from '@slipway/environments/contract';
import type { ProjectEvent } from '@slipway/projects/contract';
import { type ReleaseEvent, scheduledDeployment } from '@slipway/releases/contract';
import { concludedView, type DeploymentSummary, deploymentSummary } from '../domain/deployment-summary';
import type { DeploymentView, ViewFold } from '../domain/deployment-view';
import type { DeploymentEvent } from '../domain/deployment.events';
import { deploymentEvents } from '../domain/deployment.samples';
import { evolveView } from '../domain/evolve-view';

interface BoardProjectRow {
  project: string;
  since: bigint;
}

/** Rows of the dashboard. */
export const boardProjectsTable: Table<BoardProjectRow> = {
  name: 'projects',
  columns: { project: 'text', since: 'position' },
  key: ['project'],
};

interface BoardEnvironmentRow {
  environment: string;
  place: number | null;
  createdAt: bigint;
}

/** Columns of the dashboard, by the environments' order. */
export const boardEnvironmentsTable = temporalTable<BoardEnvironmentRow>({
  name: 'environments',
  columns: { environment: 'text', place: 'integer', createdAt: 'position' },
  key: ['environment'],
});

interface CellRow {
  project: string;
  environment: string;
  /** The latest success. */
  current: { release: string; deployment: string; since: string } | null;
  /** The deployment that started last. */
  latest: string | null;
}

export const cellsTable = temporalTable<CellRow>({
  name: 'cells',
  columns: { project: 'text', environment: 'text', current: 'json', latest: 'text' },
  key: ['project', 'environment'],
});

export interface BoardDeploymentRow {
  id: string;
  project: string;
  environment: string;
  state: string;
  at: string;
  summary: DeploymentSummary;
}

export const boardDeploymentsTable = temporalTable<BoardDeploymentRow>({
  name: 'deployments',
  columns: { id: 'text', project: 'text', environment: 'text', state: 'text', at: 'text', summary: 'json' },
  key: ['id'],
  indexes: [['project', 'environment', 'state', 'at']],
});

interface FoldRow {
  id: string;
  fold: ViewFold;
}

/** What the summaries of deployments under way come from: their views without steps. */
const foldsTable: Table<FoldRow> = { name: 'folds', columns: { id: 'text', fold: 'json' }, key: ['id'] };

type Event = Recorded<DeploymentEvent | ReleaseEvent | ProjectEvent | EnvironmentEvent>;

async function cell(
  rows: Rows,
  { data, position }: Extract<Event, { data: { environment: string } }>,
  values: Partial<CellRow>,
): Promise<void> {
  const { project, environment } = data;
  const { current, latest } = (await rows.get(cellsTable.now, project, environment)) ?? { current: null, latest: null };
  await putSince(rows, cellsTable, { project, environment, current, latest, ...values }, position);
}

async function summarized(rows: Rows, view: DeploymentView, position: bigint): Promise<void> {
  const { id, project, environment, state, at } = view;
  const summary = deploymentSummary(view);
  const before = await rows.get(boardDeploymentsTable.now, id);
  if (JSON.stringify(before?.summary) === JSON.stringify(summary)) return;
  await putSince(rows, boardDeploymentsTable, { id, project, environment, state, at, summary }, position);
}

async function scheduled(rows: Rows, { data, metadata, position }: Extract<Event, { type: 'DeploymentScheduled' }>): Promise<void> {
  const view: DeploymentView = scheduledDeployment(data, metadata.actor, []);
  rows.put(foldsTable, { id: data.deployment, fold: { view } });
  await summarized(rows, view, position);
}

async function viewed(rows: Rows, event: Recorded<DeploymentEvent>): Promise<void> {
  const row = await rows.get(foldsTable, event.data.deployment);
  if (!row || event.type === 'DeploymentOpened') return;
  const fold = evolveView(row.fold, event);
  rows.put(foldsTable, { id: row.id, fold });
  await summarized(rows, fold.view, event.position);
}

async function concluded(rows: Rows, event: Extract<Event, { type: 'DeploymentConcluded' }>): Promise<void> {
  const { deployment, version: release, outcome, endedAt } = event.data;
  const row = await rows.get(foldsTable, deployment);
  if (row) await summarized(rows, concludedView(row.fold, event.data), event.position);
  rows.delete(foldsTable, deployment);
  if (outcome === 'succeeded') await cell(rows, event, { current: { release, deployment, since: endedAt } });
}

const ofDeployments = Object.fromEntries(Object.keys(deploymentEvents.entries).map((type) => [type, viewed]));

/** The dashboard, as it stands and as it stood at any position of the log. */
export const board: Projection = {
  name: 'board',
  version: 1,
  tables: [
    boardProjectsTable,
    ...[boardEnvironmentsTable, cellsTable, boardDeploymentsTable].flatMap(({ now, before }) => [now, before]),
    foldsTable,
  ],
  on: {
    ...ofDeployments,
    ...({
      EnvironmentCreated: (rows: Rows, { data, position }) =>
        putSince(rows, boardEnvironmentsTable, { environment: data.slug, place: data.order ?? null, createdAt: position }, position),
      EnvironmentChanged: async (rows: Rows, { data, position }) => {
        const row = data.order === undefined ? undefined : await rows.get(boardEnvironmentsTable.now, data.slug);
        if (!row) return;
        const { environment, createdAt } = row;
        await putSince(rows, boardEnvironmentsTable, { environment, place: data.order ?? null, createdAt }, position);
      },
      ProjectCreated: (rows: Rows, { data, position }) => rows.put(boardProjectsTable, { project: data.slug, since: position }),
      DeploymentScheduled: scheduled,
      DeploymentStarted: async (rows: Rows, event) => {
        await viewed(rows, event);
        await cell(rows, event, { latest: event.data.deployment });
      },
      DeploymentConcluded: concluded,
    } satisfies Handlers<Event>),
  },
};
