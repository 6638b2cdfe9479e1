import { type CommandRouteCase, commandRoutes } from '../../support/command-routes';
import { InProcess } from '../../support/in-process';
import { prepared } from '../../support/prepared-shop';
import { problemIn, refused } from '../../support/problems';
import { API, SHOP, Shop } from '../../support/shop';

const names = commandRoutes().map(({ command }) => command);
const keyed = (key: string, actor = 'ada') => ({ 'idempotency-key': key, 'slipway-actor': actor });

describe('an Idempotency-Key', () => {
  let app: InProcess;
  let shop: Shop;
  let routes: Map<string, CommandRouteCase>;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    routes = new Map(commandRoutes(await prepared(shop)).map((one) => [one.command, one]));
  });
  afterAll(() => app.stop());

  it.each(names)('%s: gives the first answer again, byte for byte, and refuses another body', async (command) => {
    const { method, path, body, status } = routes.get(command)!;
    const headers = keyed(`once-${command}`);
    const first = await app.ask(method, path, { body, headers });
    expect(first.status).toBe(status);
    for (let again = 0; again < 3; again += 1) {
      const before = await app.head();
      const answer = await app.ask(method, path, { body: body && Object.fromEntries(Object.entries(body).reverse()), headers });
      expect([answer.status, answer.text, answer.headers['etag']]).toEqual([first.status, first.text, first.headers['etag']]);
      expect(answer.headers['slipway-position']).toBe(first.headers['slipway-position']);
      const mine = (await app.parts.eventStore.readAll({ after: before })).filter(({ metadata }) => metadata.command === command);
      expect(mine).toEqual([]);
    }
    const other = { ...body, ...(command === 'CancelDeployment' ? { reason: 'other' } : body ? { [Object.keys(body)[0]!]: 'other' } : {}) };
    if (!body || command === 'ChangeLifecycle' || command === 'CreateLifecycle') return;
    const changed = ['ChangeProcess', 'ChangeVariables', 'ChangeSetVariables'].includes(command) ? { [Object.keys(body)[0]!]: [] } : other;
    const valid: Readonly<Record<string, object>> = {
      CreateRelease: { title: 'other' },
      ChangeChannels: { channels: [{ slug: 'default', default: true }] },
      ChangeWebhook: { enabled: false },
      ReplayWebhook: { to: '1' },
    };
    const options = { body: command in valid ? { ...body, ...valid[command] } : changed, headers };
    expect(await refused(app, method, path, options)).toMatchObject({ status: 422, code: 'idempotency.key-reused' });
  });

  it('is refused on another project, and for another command', async () => {
    await shop.done('POST', `${API}/projects`, { slug: 'news' });
    const headers = keyed('of-one-project');
    expect((await app.ask('PATCH', SHOP, { body: { name: 'One' }, headers })).status).toBe(202);
    for (const [method, path] of [
      ['PATCH', `${API}/projects/news`],
      ['PATCH', `${API}/environments/staging`],
    ] as const)
      expect(await refused(app, method, path, { body: { name: 'One' }, headers })).toMatchObject({
        status: 422,
        code: 'idempotency.key-reused',
      });
  });

  it('is each principal’s own', async () => {
    const ask = (actor: string, slug: string) => app.ask('POST', `${API}/environments`, { body: { slug }, headers: keyed('mine', actor) });
    expect([(await ask('ada', 'of-ada')).status, (await ask('bob', 'of-bob')).status]).toEqual([201, 201]);
  });

  it('of a refusal is free again: what was refused may succeed later', async () => {
    const headers = keyed('patient');
    const body = { to: 'staging', exclude: ['Deploy'] };
    const path = `${SHOP}/releases/2.0.0/promotions`;
    await shop.release('2.0.0');
    expect(await refused(app, 'POST', path, { body, headers })).toMatchObject({ status: 409, code: 'release.not-eligible' });
    await shop.deployed('2.0.0', 'development');
    const answer = await app.ask('POST', path, { body, headers });
    expect(answer.status).toBe(201);
    expect((await app.ask('POST', path, { body, headers })).text).toBe(answer.text);
  });

  it('gives the first answer again after what it was about has changed', async () => {
    const headers = keyed('then');
    const ask = () => app.ask('POST', `${API}/environments`, { body: { slug: 'then', name: 'First' }, headers });
    const first = await ask();
    await shop.done('PATCH', `${API}/environments/then`, { name: 'Second' });
    expect((await ask()).text).toBe(first.text);
  });

  it('gives the first answer about a release again after another one runs where it ran', async () => {
    for (const version of ['3.0.0', '3.1.0']) await shop.release(version);
    await shop.deployed('3.0.0', 'development');
    await shop.deployed('3.0.0', 'staging');
    await shop.done('PUT', `${SHOP}/variables`, { variables: [{ name: 'Colour', value: 'green' }] });
    const ask = () => app.ask('POST', `${SHOP}/releases/3.0.0/variables/update`, { headers: keyed('snapshot') });
    const first = await ask();
    expect(first.json.notDeletable).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'release-current' })]));
    await shop.deployed('3.1.0', 'development');
    await shop.deployed('3.1.0', 'staging');
    expect((await ask()).text).toBe(first.text);
  });

  it('lets one of twenty at once run; the others get its answer, or are told to wait', async () => {
    for (let round = 0; round < 5; round += 1) {
      const headers = keyed(`rush-${round}`);
      const before = await app.head();
      const body = { environment: 'development', exclude: ['Deploy'] };
      const path = `${SHOP}/releases/3.1.0/deployments`;
      const answers = await Promise.all(Array.from({ length: 20 }, () => app.ask('POST', path, { body, headers })));
      const won = answers.filter(({ status }) => status === 201);
      expect(won.length).toBeGreaterThan(0);
      expect(new Set(won.map(({ text }) => text)).size).toBe(1);
      for (const answer of answers.filter(({ status }) => status !== 201)) {
        expect(problemIn(answer)).toMatchObject({ status: 409, code: 'idempotency.in-flight' });
        expect(answer.headers['retry-after']).toBe('1');
      }
      const scheduled = (await app.parts.eventStore.readAll({ after: before })).filter(({ type }) => type === 'DeploymentScheduled');
      expect(scheduled).toHaveLength(1);
      expect((await app.ask('POST', path, { body, headers })).text).toBe(won[0]!.text);
    }
  });

  it.each(['', 'x'.repeat(256), '\u00e4', 'tab\there'])('like %j is refused', async (key) => {
    const problem = await refused(app, 'POST', `${API}/environments`, { body: { slug: 'odd' }, headers: { 'idempotency-key': key } });
    expect(problem.pointers).toEqual(['header:Idempotency-Key']);
  });

  it('is not claimed by a request of a wrong shape', async () => {
    const headers = keyed('misspelt');
    await refused(app, 'POST', `${API}/environments`, { body: { slog: 'typo' }, headers });
    expect((await app.ask('POST', `${API}/environments`, { body: { slug: 'typo' }, headers })).status).toBe(201);
  });
});
