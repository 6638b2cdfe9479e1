import { setTimeout as pause } from 'node:timers/promises';
import { SlipwayCluster } from '../test/support/processes/slipway-cluster';
import { SlipwayProcess } from '../test/support/processes/slipway-process';
import type { StoredEvent } from '../test/support/processes/stored-event';
import { quantile, type Run } from './run';

/** Projects, and so lanes: deployments of one project to one environment wait for each other. */
const PROJECTS = 20;
const DEPLOYMENTS = 200;
const WARM_UP = 100;
const SINGLE = 300;
/** Until what one deployment leaves to do, for its lane and its release, is over. */
const AFTERWARDS_MS = 50;
const WORKERS = { WORKER_CONCURRENCY: '10' };

/** Deployments of one script step that does nothing, over HTTP: how long one takes to start when nothing else runs, and how many end in a second. */
export async function dispatch(run: Run): Promise<void> {
  await measured(run, 'embedded', new SlipwayProcess(WORKERS));
  if (!process.env['POSTGRES_TEST_URL'] || !process.env['KAFKA_TEST_URL'])
    return run.say('on the cluster: needs POSTGRES_TEST_URL and KAFKA_TEST_URL (npm run servers:up says what to set)');
  await measured(run, 'cluster, 1 worker', new SlipwayCluster(WORKERS, { worker: 1 }));
  await measured(run, 'cluster, 2 workers', new SlipwayCluster(WORKERS, { worker: 2 }));
}

async function measured(run: Run, where: string, slipway: SlipwayProcess | SlipwayCluster): Promise<void> {
  try {
    await slipway.start();
    const ask = asking(`${slipway.address}/api/v1`);
    const projects = Array.from({ length: PROJECTS }, (_, index) => `shop-${index}`);
    await prepare(ask, projects);
    const deploy = async (project: string) =>
      (await ask('POST', `/projects/${project}/releases/1.0.0/deployments`, { environment: 'dev' })).id;
    // Code that has not run often is slow: these do not count.
    for (let each = 0; each < WARM_UP; each += 1) await ended(ask, await deploy(projects[each % PROJECTS]!));
    const single: string[] = [];
    for (let each = 0; each < SINGLE; each += 1) {
      const id = await deploy(projects[each % PROJECTS]!);
      await ended(ask, id);
      single.push(id);
      await pause(AFTERWARDS_MS);
    }
    const many = (
      await Promise.all(projects.map(async (project) => Promise.all(Array.from({ length: DEPLOYMENTS / PROJECTS }, () => deploy(project)))))
    ).flat();
    for (const id of many) await ended(ask, id);
    await slipway.stop();
    report(run, where, { single, many }, await slipway.storedEvents());
  } finally {
    await slipway.dispose();
  }
}

function report(
  run: Run,
  where: string,
  ids: { single: readonly string[]; many: readonly string[] },
  events: readonly StoredEvent[],
): void {
  const times = timesOf(events);
  const between = (id: string, from: string, to: string) => times.get(`${id} ${to}`)! - times.get(`${id} ${from}`)!;
  for (const [what, to] of [
    ['schedule to start', 'DeploymentStarted'],
    ['schedule to the step running', 'StepStarted'],
    ['schedule to the end', 'DeploymentConcluded'],
  ] as const) {
    const took = ids.single.map((id) => between(id, 'DeploymentScheduled', to));
    for (const part of [0.5, 0.99]) run.tell(`${where}: ${what}, p${part * 100}`, 'ms', quantile(took, part));
  }
  const begun = Math.min(...ids.many.map((id) => times.get(`${id} DeploymentScheduled`)!));
  const over = Math.max(...ids.many.map((id) => times.get(`${id} DeploymentConcluded`)!));
  run.tell(`${where}: ${DEPLOYMENTS} at once, scheduled to concluded`, 'deployments/s', (DEPLOYMENTS * 1_000) / (over - begun));
}

/** When what happened to which deployment, in milliseconds: as the processes of one machine say it. */
function timesOf(events: readonly StoredEvent[]): Map<string, number> {
  return new Map(
    events.map(({ type, data, metadata }) => {
      const { deployment = '' } = JSON.parse(data) as { deployment?: string };
      return [`${deployment} ${type}`, Date.parse((JSON.parse(metadata) as { at: string }).at)];
    }),
  );
}

interface Answer {
  readonly id: string;
  readonly state: string;
}
type Ask = (method: string, path: string, body?: object) => Promise<Answer>;

function asking(base: string): Ask {
  return async (method, path, body) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(base + path, { method, ...(body ? { headers, body: JSON.stringify(body) } : {}) });
    // In a cluster the rows follow, and nobody needs to wait for them here.
    if (method === 'GET' && [404, 503].includes(response.status)) return { id: '', state: 'not to be seen yet' };
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
}

async function prepare(ask: Ask, projects: readonly string[]): Promise<void> {
  await ask('POST', '/environments', { slug: 'dev' });
  for (const project of projects) {
    await ask('POST', '/projects', { slug: project });
    await ask('PUT', `/projects/${project}/process`, { steps: [{ name: 'Nothing', type: 'script', input: { run: 'true' } }] });
    await ask('POST', `/projects/${project}/releases`, { version: '1.0.0' });
  }
}

/** Looks now and then, and neither so soon nor so often that looking is what is measured. */
async function ended(ask: Ask, id: string): Promise<void> {
  for (;;) {
    await pause(25);
    const { state } = await ask('GET', `/deployments/${id}`);
    if (state === 'succeeded') return;
    if (['failed', 'cancelled', 'refused', 'expired'].includes(state)) throw new Error(`deployment ${id} ended as ${state}`);
  }
}
