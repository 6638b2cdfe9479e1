import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '@slipway/adapters/event-store/sqlite/sqlite-event-store';
import { SeededRandom } from '@slipway/kernel/testing';
import { type CommandRouteCase, commandRoutes, prepared } from '../../support/command-routes';
import { InProcess } from '../../support/in-process';
import { problemIn } from '../../support/problems';
import { RequestMutations } from '../../support/request-mutations';
import { API, SHOP, Shop } from '../../support/shop';

/** FUZZ_SEED=… repeats a run, FUZZ_REQUESTS=… makes it longer. */
const seed = process.env['FUZZ_SEED'] ?? String(Date.now());
const requests = Number(process.env['FUZZ_REQUESTS'] ?? 2_500);

const RELEASE = `${SHOP}/releases/1.0.0`;
const READ = [
  ...[
    'environments',
    'environments/staging',
    'lifecycles',
    'lifecycles/web',
    'projects',
    'deployments',
    'dashboard',
    'audit/events',
    'audit/streams/project-shop',
  ].map((path) => `${API}/${path}`),
  ...['', '/process', '/variables', '/variables/explain?name=Colour', '/releases'].map((part) => `${SHOP}${part}`),
  ...['', '/progression', '/variables'].map((part) => `${RELEASE}${part}`),
];

describe(`requests that are almost right (seed ${seed})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
  let app: InProcess;
  let routes: readonly CommandRouteCase[];
  let reads: readonly string[];

  beforeAll(async () => {
    app = await InProcess.start({ store: (clock, ids) => SqliteEventStore.open({ file: join(folder, 'events.db'), clock, ids }) });
    const { waiting } = await prepared(await Shop.in(app));
    routes = commandRoutes({ waiting });
    reads = [...READ, ...['', '/steps', '/log'].map((part) => `${API}/deployments/${waiting}${part}`)];
  });
  afterAll(async () => {
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are accepted, or refused without a trace: they never break anything', async () => {
    const chance = new RequestMutations(new SeededRandom(seed));
    const statuses = new Map<number, number>();
    for (let at = 0; at < requests; at += 1) {
      const { method, path, body } = chance.maybe(0.7)
        ? chance.one(routes)
        : { method: chance.maybe(0.9) ? 'GET' : 'HEAD', path: chance.one(reads), body: undefined };
      const isCommand = !['GET', 'HEAD'].includes(method);
      const address = chance.path(path, isCommand ? 0.05 : 0.7);
      const correlation = `fuzz-${at}`;
      const options = {
        headers: { 'x-correlation-id': correlation, ...chance.headers() },
        ...(isCommand ? { body: chance.body(body) } : {}),
      };
      const before = await app.head();
      const answer = await app.ask(method, address.replace(/atLeast=(5|200|201|9{19})/g, 'atLeast=1'), options);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const told = `${method} ${address.slice(0, 300)} ${JSON.stringify(options).slice(0, 1_000)} → ${answer.status} ${answer.text.slice(0, 300)}`;
      if (answer.status >= 500) throw new Error(`request ${at} of seed ${seed}: ${told}`);
      if (answer.status < 400) continue;
      if (method !== 'HEAD') problemIn(answer);
      const stored = (await app.parts.eventStore.readAll({ after: before })).filter(
        ({ metadata }) => metadata.correlationId === correlation,
      );
      if (stored.length > 0) throw new Error(`request ${at} of seed ${seed} was refused and stored ${stored[0]!.type}: ${told}`);
    }
    const ok = [...statuses].filter(([status]) => status < 300).reduce((sum, [, count]) => sum + count, 0);
    // Were all refused at the door, nothing behind it would have been tried.
    expect([ok > requests / 10, [...statuses.keys()].sort()]).toEqual([true, expect.arrayContaining([200, 202, 400, 404])]);
    const { subscriptions } = (await app.ask('GET', '/health/ready')).json;
    expect(subscriptions.filter((one: { state: string; parked?: number }) => one.state !== 'running' || (one.parked ?? 0) > 0)).toEqual([]);
  });
});
