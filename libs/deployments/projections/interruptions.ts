import type { Handlers, Projection, Recorded, Rows, Table } from '@slipway/kernel';
import type { DeploymentEvent } from '../domain/deployment.events';
import { evolveInterruption, type InterruptionView, raisedView } from '../domain/interruption-view';

export interface InterruptionRow {
  id: string;
  deployment: string;
  project: string;
  state: string;
  raised: bigint;
  view: InterruptionView;
}

export const interruptionsTable: Table<InterruptionRow> = {
  name: 'interruptions',
  columns: { id: 'text', deployment: 'text', project: 'text', state: 'text', raised: 'position', view: 'json' },
  key: ['id'],
  indexes: [['raised'], ['state', 'raised'], ['deployment', 'raised'], ['project', 'raised']],
};

/** The one that a deployment waits for: there is one at a time. */
const askedTable: Table<{ deployment: string; interruption: string }> = {
  name: 'asked',
  columns: { deployment: 'text', interruption: 'text' },
  key: ['deployment'],
};

type Event = Recorded<DeploymentEvent>;

async function told(rows: Rows, event: Event): Promise<void> {
  const { deployment } = event.data;
  const asked = await rows.get(askedTable, deployment);
  const row = asked && (await rows.get(interruptionsTable, asked.interruption));
  if (!row) return;
  const view = evolveInterruption(row.view, event);
  rows.put(interruptionsTable, { ...row, state: view.state, view });
  if (view.state === 'resolved') rows.delete(askedTable, deployment);
}

/** Who is asked what, and what they said. */
export const interruptions: Projection = {
  name: 'interruptions',
  version: 1,
  tables: [interruptionsTable, askedTable],
  on: {
    InterruptionRaised: (rows: Rows, event) => {
      const { interruption: id, deployment, project } = event.data;
      rows.put(interruptionsTable, { id, deployment, project, state: 'open', raised: event.position, view: raisedView(event) });
      rows.put(askedTable, { deployment, interruption: id });
    },
    InterruptionTaken: told,
    InterruptionResolved: told,
    StepTimedOut: told,
    DeploymentCancelled: told,
  } satisfies Handlers<Event>,
};
