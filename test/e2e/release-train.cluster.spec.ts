import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PastEvent } from '../services/latecomer/history';
import { SlipwayCluster } from '../support/processes/slipway-cluster';

const SERVICES = join(__dirname, '../services');
const COMPILE = join(__dirname, '../support/swc-register.js');

/** What the service prints; how it came to know is its own business. */
interface Told {
  readonly deployments: readonly { readonly environment: string; readonly outcome: string }[];
  readonly refused: string;
  readonly repeated: boolean;
  readonly streams: Readonly<Record<string, readonly number[]>>;
}

/** Another team's service, as a process of its own: it is told where Kafka is, and what to call its own. Resolves with what it prints. */
async function run<T>(service: 'release-train' | 'latecomer', cluster: SlipwayCluster, name: string): Promise<T> {
  const main = join(SERVICES, service, 'main.ts');
  const { host, searchParams } = new URL(cluster.busUrl);
  const child = spawn(process.execPath, ['-r', COMPILE, main, host, searchParams.get('prefix') ?? '', name], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complained]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => complained.push(chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the service ended with ${code}:\n${complained.join('')}\n${cluster.tail}`);
  return JSON.parse(said.join('')) as T;
}

/** What it should have seen of the way, and of each stream: every event, once, in order. */
function expectJourney({ streams, ...journey }: Told, name: string): void {
  const deployments = ['development', 'staging', 'production'].map((environment) => {
    return { environment: `${name}-${environment}`, deployment: expect.any(String) as string, outcome: 'succeeded' };
  });
  expect(journey).toEqual({ deployments, refused: 'release.not-eligible', repeated: true });
  for (const versions of Object.values(streams)) expect(versions).toEqual(versions.map((_, at) => at));
  expect(Object.keys(streams)).toContain(`/streams/release-${name}%401.0.0`);
}

function idsByStream(events: readonly Pick<PastEvent, 'stream' | 'id'>[]): Record<string, string[]> {
  const ids: Record<string, string[]> = {};
  for (const { stream, id } of events) (ids[stream] ??= []).push(id);
  return ids;
}

describe('another service that knows nothing but topics', () => {
  const cluster = new SlipwayCluster({}, { api: 2, processor: 2 });

  beforeAll(() => cluster.start(), 90_000);
  afterAll(() => cluster.dispose());

  it('brings a release to production', async () => {
    expectJourney(await run('release-train', cluster, 'first'), 'first');
  }, 120_000);

  it('brings releases to production side by side while processes come and go, and notices nothing', async () => {
    const journeys = Promise.all(['second', 'third'].map(async (name) => expectJourney(await run('release-train', cluster, name), name)));
    const [api, processor, worker] = [cluster.apis[1]!, cluster.processors[0]!, cluster.workers[0]!];
    await api.kill();
    await processor.stop();
    await api.start();
    await worker.stop();
    await processor.start();
    await worker.start();
    await journeys;
    const scheduled = (await cluster.storedEvents()).filter(({ type }) => type === 'DeploymentScheduled');
    expect(scheduled).toHaveLength(9);
  }, 180_000);

  it('tells one that starts late all that ever happened, in order per stream', async () => {
    const heard = await run<PastEvent[]>('latecomer', cluster, 'late');
    const stored = await cluster.storedEvents();
    const asked = stored.findIndex(({ type }) => type === 'EventReplayRequested');
    expect(idsByStream(heard)).toEqual(idsByStream(stored.slice(0, asked)));
  }, 120_000);
});
