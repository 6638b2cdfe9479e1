import { defined, type Reason, type Snapshot } from '@slipway/kernel';
import type { DeploymentView } from '../domain/deployment-view';
import { laneName } from '../domain/lane';
import { type DeploymentRow, deploymentsTable, type LaneRow, lanesTable } from '../projections/deployments.tables';

/** What a deployment waits for, and whom (decision 6): from its queuing on until it ends. */
export async function waitingFor(view: DeploymentView, snapshot: Snapshot): Promise<Reason | undefined> {
  return view.state === 'queued' ? lane(view, snapshot) : waitingInside(view);
}

/** The same as far as its own stream knows: once it has started. */
export function waitingInside(view: DeploymentView): Reason | undefined {
  switch (view.state) {
    case 'executing':
    case 'awaiting-intervention':
      return step(view);
    case 'cancelling':
      return {
        code: 'cancel-acknowledgement',
        message: 'It waits for whoever runs its steps to end them, for at most one lease.',
        facts: {},
        events: [],
      };
    default:
      return undefined;
  }
}

async function lane(view: DeploymentView, snapshot: Snapshot): Promise<Reason> {
  const name = laneName(view.project, view.environment);
  const own = await snapshot.get(lanesTable, name, view.id);
  if (!own || own.holds) {
    return {
      code: 'lane-entering',
      message: `It is about to get its turn in ${view.environment}.`,
      facts: { lane: name },
      events: own ? [own.event] : [],
    };
  }
  const before = await snapshot.count(lanesTable, { lane: name, holds: false, rank: { lt: own.rank } });
  const beside = await snapshot.count(lanesTable, { lane: name, holds: false, rank: own.rank, entered: { lt: own.entered } });
  const position = before + beside + 1;
  const { holder, held } = await holderOf(name, snapshot);
  const behind = holder && held ? `: deployment ${held.id} of release ${held.release} runs there since ${holder.since}` : '';
  return {
    code: 'lane-busy',
    message: `Only one deployment of ${view.project} runs in ${view.environment} at a time; it is number ${position} in line${behind}.`,
    facts: { lane: name, position, ...(holder && held ? { holder: held.id, release: held.release, since: holder.since } : {}) },
    events: holder ? [own.event, holder.event] : [own.event],
  };
}

/** Who holds a lane, and its deployment. */
export async function holderOf(lane: string, snapshot: Snapshot): Promise<{ holder?: LaneRow; held?: DeploymentRow }> {
  const [holder] = await snapshot.select(lanesTable, { where: { lane, holds: true }, limit: 1 });
  return defined({ holder, held: holder && (await snapshot.get(deploymentsTable, holder.deployment)) });
}

const PERSON = 'interruption-';
const HELD = new Set(['delay', 'retry-planned', 'child-deployment']);

/** A person comes first; then what no worker has to do with; then a worker. A step that a worker runs waits for nobody. */
function step({ steps }: DeploymentView): Reason | undefined {
  const reasons = steps.flatMap(({ reason }) => (reason ? [reason] : []));
  const first = (isSo: (code: string) => boolean) => reasons.find(({ code }) => isSo(code));
  return first((code) => code.startsWith(PERSON)) ?? first((code) => HELD.has(code)) ?? first((code) => code === 'worker-awaited');
}
