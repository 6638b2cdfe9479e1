import { deploymentStream, type DeploymentPlace, laneName, laneStream } from '@slipway/deployments/contract';
import type { EventStore, RecordedEvent } from '@slipway/kernel';
import { releaseStream } from '@slipway/releases/contract';
import { history } from './history';

/** What was decided together with a deployment stands at most so many events before it in its release. */
const DECIDED_TOGETHER = 20;

/**
 * Everything that the log says about a deployment, in order: its own stream, what its release says of it, and its way through its lane. Other streams may
 * be long: they are entered where it was scheduled, and left where it left them.
 */
export async function deploymentHistory(store: EventStore, id: string, place: DeploymentPlace): Promise<RecordedEvent[]> {
  const { project, release, environment, scheduled } = place;
  const lane = laneStream(laneName(project, environment));
  const ofRelease = releaseStream(project, release);
  const decided = Math.max(0, (await firstVersionFrom(store, ofRelease, scheduled)) - DECIDED_TOGETHER);
  const events = [
    ...(await about(store, id, { stream: deploymentStream(id), version: 0 })),
    ...(await about(store, id, { stream: ofRelease, version: decided }, 'DeploymentConcluded')),
    ...(await about(store, id, { stream: lane, version: await firstVersionFrom(store, lane, scheduled) }, 'LaneLeft')),
  ];
  return events.sort((a, b) => Number(a.position - b.position));
}

async function about(
  store: EventStore,
  id: string,
  start: { readonly stream: string; readonly version: number },
  last?: string,
): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for await (const page of history(store, start)) {
    found.push(...page.filter(({ data }) => (data as { deployment?: string }).deployment === id));
    if (last !== undefined && found.some(({ type }) => type === last)) break;
  }
  return found;
}

/** The first version of a stream at a position of the log or behind it; one behind the last for none. Bisected: streams may be long. */
async function firstVersionFrom(store: EventStore, stream: string, position: bigint): Promise<number> {
  const isBefore = async (version: number) => {
    const [event] = await store.readStream(stream, { from: version, limit: 1 });
    return event !== undefined && event.position < position;
  };
  let [low, high] = [0, 1];
  for (; await isBefore(high - 1); high *= 2) low = high;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
