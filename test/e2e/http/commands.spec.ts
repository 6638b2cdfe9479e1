import { declaredCommands } from '@slipway/platform';
import { type CommandRouteCase, commandRoutes } from '../../support/command-routes';
import { InProcess } from '../../support/in-process';
import { prepared } from '../../support/prepared-shop';
import { refused } from '../../support/problems';
import { API, Shop } from '../../support/shop';

const names = commandRoutes().map(({ command }) => command);
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a command over HTTP', () => {
  let app: InProcess;
  let routes: Map<string, CommandRouteCase>;
  const route = (command: string) => routes.get(command)!;

  beforeAll(async () => {
    app = await InProcess.start();
    routes = new Map(commandRoutes(await prepared(await Shop.in(app))).map((one) => [one.command, one]));
  });
  afterAll(() => app.stop());

  it('has a route for each public command, and only for those', () => {
    const isPublic = declaredCommands().filter(({ exposure }) => exposure === 'public');
    expect(new Set(names)).toEqual(new Set(isPublic.map(({ name }) => name)));
  });

  it.each(names)('%s answers with the resource, its version and its position, and says who did it', async (command) => {
    const { method, path, body, status, resource, mayBeOver } = route(command);
    const headers = {
      'slipway-actor': Buffer.from('Jürgen').toString('latin1'),
      'x-correlation-id': `walk-${command}`,
      traceparent: TRACEPARENT,
    };
    const before = await app.head();
    const answer = await app.ask(method, path, { body, headers });
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/json; charset=utf-8']);
    expect(answer.headers['etag']).toMatch(/^"\d+"$/);
    const position = BigInt(answer.headers['slipway-position'] as string);
    if (mayBeOver) return;
    expect(position).toBeGreaterThan(before);
    const events = (await app.parts.eventStore.readAll({ after: before })).filter(({ position: at }) => at <= position);
    for (const { metadata } of events.filter((event) => event.metadata.command === command)) {
      expect(metadata).toMatchObject({ actor: 'Jürgen', correlationId: `walk-${command}`, traceparent: TRACEPARENT, command });
    }
    expect(events.some(({ metadata }) => metadata.command === command)).toBe(true);
    if (resource === undefined) return;
    const read = await app.ask('GET', `${resource}?atLeast=${position}`);
    expect(read.json).toEqual(answer.json);
    expect(read.headers['etag']).toBe(answer.headers['etag']);
  });

  // What is new has no version that it must still have.
  it.each(names.filter((name) => !name.startsWith('Create') && name !== 'ReplayEvents'))(
    '%s is refused on another version than If-Match says',
    async (command) => {
      const { method, path, body } = route(command);
      const problem = await refused(app, method, path, { body, headers: { 'if-match': '"900"' } });
      expect(problem).toMatchObject({ status: 412, code: 'precondition.version', facts: { expected: 900 } });
    },
  );

  it.each(names)('%s is refused for an If-Match that is no ETag, and under names that the system keeps for itself', async (command) => {
    const { method, path, body } = route(command);
    const malformed = await refused(app, method, path, { body, headers: { 'if-match': 'latest' } });
    expect(malformed).toMatchObject({ status: 400, pointers: ['header:If-Match'] });
    for (const actor of ['slipway/timers', 'Slipway/x', ' '])
      expect((await refused(app, method, path, { body, headers: { 'slipway-actor': `${actor}\u00c2\u00a0` } })).status).toBe(400);
  });

  it('is decided on the version that If-Match names', async () => {
    const path = `${API}/environments/production`;
    const { headers } = await app.ask('GET', path);
    const changed = await app.ask('PATCH', path, { body: { name: 'Live' }, headers: { 'if-match': headers['etag'] as string } });
    expect(changed.status).toBe(202);
    const late = await refused(app, 'PATCH', path, { body: { name: 'Prod' }, headers: { 'if-match': headers['etag'] as string } });
    expect(late).toMatchObject({ status: 412, facts: { expected: 0, actual: 1 } });
  });

  it('that changes nothing is answered without an event', async () => {
    const path = `${API}/environments/production`;
    await app.ask('PATCH', path, { body: { name: 'Live' } });
    const before = await app.head();
    const answer = await app.ask('PATCH', path, { body: { name: 'Live' } });
    expect([answer.status, answer.json.name, await app.head()]).toEqual([202, 'Live', before]);
  });

  it('that is internal is reached by no address and by no field', async () => {
    const internal = declaredCommands().filter(({ exposure }) => exposure === 'internal');
    expect(internal.length).toBeGreaterThan(5);
    for (const { name } of internal) {
      await expect(app.gateway.ask(name, {}, {}, { actor: 'eve', correlationId: 'c', causationId: 'c' })).rejects.toMatchObject({
        code: 'command.unknown',
      });
      const spelled = name.charAt(0).toLowerCase() + name.slice(1);
      for (const path of [`${API}/${name}`, `${API}/commands/${name}`, `${API}/${spelled}`])
        expect((await refused(app, 'POST', path, { body: {} })).status).toBe(404);
    }
    for (const field of ['meta', 'recall', 'type', 'command', 'deployment', 'actor', 'commandId', 'requestedBy'])
      expect(await refused(app, 'POST', `${API}/environments`, { body: { slug: 'sly', [field]: {} } })).toMatchObject({
        pointers: [`/${field}`],
      });
  });
});
