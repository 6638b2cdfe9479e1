import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '@slipway/adapters/event-store/sqlite/sqlite-event-store';
import { SeededRandom } from '@slipway/kernel/testing';
import { type CommandRouteCase, commandRoutes } from '../../support/command-routes';
import { asked, type DocumentedOperation, DocumentedRequests, exampleBody, misfits, parametersOf } from '../../support/documented-requests';
import type { Ask, HttpAnswer } from '../../support/http-client';
import { InProcess } from '../../support/in-process';
import { prepared } from '../../support/prepared-shop';
import { problemIn } from '../../support/problems';
import { RequestMutations } from '../../support/request-mutations';
import { Shop } from '../../support/shop';

/** FUZZ_SEED=… repeats a run, FUZZ_REQUESTS=… makes it longer. */
const seed = process.env['FUZZ_SEED'] ?? String(Date.now());
const requests = Number(process.env['FUZZ_REQUESTS'] ?? 1_000);

/** A request that is accepted as it stands. */
interface Valid {
  readonly operation: DocumentedOperation;
  readonly path: string;
  readonly body?: unknown;
}

/** Of a command the request that its table holds; of a query one for each thing that is there. */
async function validFor(
  operation: DocumentedOperation,
  documented: DocumentedRequests,
  routes: readonly CommandRouteCase[],
): Promise<Valid[]> {
  const ofCommand = routes.filter(({ command }) => command.toLowerCase() === operation.operationId.toLowerCase());
  if (ofCommand.length > 0) return ofCommand.map(({ path, body }) => ({ operation, path, body }));
  const addresses = await documented.addresses(operation);
  return addresses.map((path) => ({ operation, path: asked(path, operation), body: exampleBody(operation) }));
}

/** Requests that no rule needs to look at: each breaks one thing that the document says. */
function* broken({ operation, path, body }: Valid): Generator<{ path: string; options: Ask }> {
  for (const { place, name, value } of misfits(operation)) {
    if (place === 'header') yield { path, options: { body, headers: { [name]: value } } };
    else yield { path: `${path.split('?')[0]}?${name}=${encodeURIComponent(value)}`, options: { body } };
  }
  if (operation.parameters?.some(({ name }) => name === 'If-Match')) yield { path, options: { body, headers: { 'if-match': '"900"' } } };
  if (!operation.requestBody) return;
  const wrong = { zebra: [[]] };
  const fields = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  for (const field of [...fields, 'zebra']) yield { path, options: { body: { ...(body as object), [field]: wrong } } };
  for (const text of ['[]', 'null', '"text"', '{', '\u00ff']) yield { path, options: { body: text } };
  yield { path, options: { body, headers: { 'content-type': 'text/plain' } } };
}

function isFirstOfItsOperation({ operation }: Valid, at: number, all: readonly Valid[]): boolean {
  return all.findIndex((one) => one.operation === operation) === at;
}

describe(`requests that are almost right (seed ${seed})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
  let app: InProcess;
  let commands: readonly Valid[];
  let queries: readonly Valid[];

  beforeAll(async () => {
    app = await InProcess.start({ store: (clock, ids) => SqliteEventStore.open({ file: join(folder, 'events.db'), clock, ids }) });
    const routes = commandRoutes(await prepared(await Shop.in(app)));
    const documented = await DocumentedRequests.of(app);
    const valid = (isQuery: boolean) => {
      const operations = documented.operations.filter((one) => one.isQuery === isQuery);
      return Promise.all(operations.map((operation) => validFor(operation, documented, routes))).then((found) => found.flat());
    };
    [commands, queries] = [await valid(false), await valid(true)];
  });
  afterAll(async () => {
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Of an answer that goes on the beginning will do. */
  function ask(method: string, path: string, options: Ask = {}): Promise<HttpAnswer> {
    return app.ask(method, path, { ...options, enough: (text) => text.startsWith('retry:') });
  }

  /** What every query answers now, but for the moment itself. */
  async function everything(): Promise<Map<string, { status: number; json: object }>> {
    const seen = new Map<string, { status: number; json: object }>();
    for (const { path } of queries) {
      const { status, json } = await ask('GET', path);
      seen.set(path, { status, json: { ...json, asOf: undefined } });
    }
    return seen;
  }

  it('are made of every operation of the document, and of things that are there', async () => {
    const answered = await everything();
    expect([...answered].filter(([, { status }]) => status !== 200)).toEqual([]);
  });

  it('change nothing that anybody can read, nor the log, when they are refused', async () => {
    const [before, head] = [await everything(), await app.head()];
    for (const valid of [...commands, ...queries.filter(isFirstOfItsOperation)]) {
      for (const { path, options } of broken(valid)) {
        const { method, operationId } = valid.operation;
        const answer = await ask(method, path, options);
        const told = `${operationId}: ${method} ${path} ${JSON.stringify(options).slice(0, 500)} → ${answer.status} ${answer.text.slice(0, 300)}`;
        if (answer.status < 400 || answer.status >= 500) throw new Error(told);
        problemIn(answer);
      }
    }
    expect(await app.head()).toBe(head);
    expect(await everything()).toEqual(before);
  }, 60_000);

  it('are accepted, or refused without a trace: they never break anything', async () => {
    const chance = new RequestMutations(new SeededRandom(seed));
    const statuses = new Map<number, number>();
    for (let at = 0; at < requests; at += 1) {
      const isCommand = chance.maybe(0.7);
      const { operation, path, body } = chance.one(isCommand ? commands : queries);
      const method = isCommand || chance.maybe(0.9) ? operation.method : 'HEAD';
      const address = chance.path(path, isCommand ? 0.05 : 0.7, parametersOf(operation));
      const correlation = `fuzz-${at}`;
      const options = {
        headers: { 'x-correlation-id': correlation, ...chance.headers() },
        ...(isCommand ? { body: chance.body(body) } : {}),
      };
      const before = await app.head();
      const answer = await ask(method, address.replace(/atLeast=(5|200|201|9{19})/g, 'atLeast=1'), options);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const told = `request ${at} of seed ${seed}: ${method} ${address.slice(0, 300)} ${JSON.stringify(options).slice(0, 1_000)} → ${answer.status} ${answer.text.slice(0, 300)}`;
      if (answer.status >= 500) throw new Error(told);
      if (answer.status < 400) continue;
      if (method !== 'HEAD') problemIn(answer);
      const stored = (await app.parts.eventStore.readAll({ after: before })).filter(
        ({ metadata }) => metadata.correlationId === correlation,
      );
      if (stored.length > 0) throw new Error(`refused, and stored ${stored[0]!.type}: ${told}`);
    }
    const ok = [...statuses].filter(([status]) => status < 300).reduce((sum, [, count]) => sum + count, 0);
    // Were all refused at the door, nothing behind it would have been tried.
    expect([ok > requests / 10, [...statuses.keys()].sort()]).toEqual([true, expect.arrayContaining([200, 202, 400, 404])]);
    const { subscriptions } = (await app.ask('GET', '/health/ready')).json;
    expect(subscriptions.filter((one: { state: string; parked?: number }) => one.state !== 'running' || (one.parked ?? 0) > 0)).toEqual([]);
  }, 60_000);
});
