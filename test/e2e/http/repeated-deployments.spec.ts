import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, SHOP, Shop } from '../../support/shop';
import { FAILED, ScriptedWorker, SUCCEEDED } from '../../walk/scripted-worker';

const deployment = (id: string, more = '') => `${API}/deployments/${id}${more}`;
const colour = (value: string) => ({ variables: [{ name: 'Colour', value }] });

describe('a deployment once more', () => {
  let app: InProcess;
  let shop: Shop;
  let worker: ScriptedWorker;
  let broken = false;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    worker = await new ScriptedWorker('w1', app.parts, () => (broken ? FAILED : SUCCEEDED)).start();
    await shop.done('PUT', `${SHOP}/variables`, colour('red'));
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) await shop.release(version);
  });
  afterAll(async () => {
    await worker.stop();
    await app.stop();
  });
  beforeEach(() => (broken = false));

  const begins = async (version: string, more: object = {}) =>
    (await shop.done('POST', `${SHOP}/releases/${version}/deployments`, { environment: 'development', ...more })).id as string;
  const deployed = async (version: string, more: object = {}) => {
    const id = await begins(version, more);
    await shop.ended(id);
    return id;
  };
  const colours = (id: string) => worker.tasks.filter((task) => task.deployment === id).map(({ variables }) => variables['Colour']);
  const isRefused = async (id: string, code: string) =>
    expect(await refused(app, 'POST', deployment(id, '/rollback'))).toMatchObject({ status: 409, code: `deployment.${code}` });

  describe('redeployed', () => {
    it('is the same, under a new id: release, environment, variables of then, and options', async () => {
      const options = { comment: 'as agreed', priority: true, failureMode: 'guided', exclude: ['Elsewhere'] };
      const first = await deployed('1.0.0', options);
      await shop.done('PUT', `${SHOP}/variables`, colour('blue'));
      await shop.done('POST', `${SHOP}/releases/1.0.0/variables/update`);
      const answer = await app.ask('POST', deployment(first, '/redeploy'));
      expect(answer.status).toBe(201);
      const { id } = answer.json;
      expect(id).not.toBe(first);
      await shop.ended(id);
      const [before, after] = [await shop.sees(deployment(first)), await shop.sees(deployment(id))];
      const { at: _, queuedAt: _q, startedAt: _s, finishedAt: _f, id: _i, steps: _p, ...same } = before;
      expect(after).toMatchObject({ ...same, redeployOf: first, variablesSnapshot: 1, excluded: ['Elsewhere'], state: 'succeeded' });
      expect([colours(first), colours(id)]).toEqual([['red'], ['red']]);
      const anew = await deployed('1.0.0');
      expect(colours(anew)).toEqual(['blue']);
    });

    it('says in the history which deployment it repeats, and whom it is for', async () => {
      const first = await deployed('1.0.0');
      const { id } = (await app.ask('POST', deployment(first, '/redeploy'), { headers: { 'slipway-actor': 'bob' } })).json;
      await shop.ended(id);
      const [opened] = (await shop.sees(`${API}/audit/streams/deployment-${id}`)).items;
      expect(opened).toMatchObject({ type: 'DeploymentOpened', data: { redeployOf: first, requestedBy: 'bob' } });
    });

    it('may be one that failed; of a blocked release only where that succeeded already', async () => {
      broken = true;
      const failed = await deployed('1.0.0');
      broken = false;
      const { id } = await shop.done('POST', deployment(failed, '/redeploy'));
      expect(await shop.ended(id)).toBe('succeeded');
      const promoted = await shop.done('POST', `${SHOP}/releases/1.0.0/promotions`, { to: 'staging' });
      await shop.ended(promoted.id);
      await shop.done('POST', `${SHOP}/releases/1.0.0/block`, { reason: 'a defect' });
      expect(await shop.ended((await shop.done('POST', deployment(promoted.id, '/redeploy'))).id)).toBe('succeeded');
      broken = true;
      await shop.done('POST', `${SHOP}/releases/1.0.0/unblock`, {});
      const half = await shop.done('POST', `${SHOP}/releases/1.0.0/promotions`, { to: 'production' });
      expect(await shop.ended(half.id)).toBe('failed');
      await shop.done('POST', `${SHOP}/releases/1.0.0/block`, { reason: 'a defect' });
      expect(await refused(app, 'POST', deployment(half.id, '/redeploy'))).toMatchObject({ status: 409, code: 'release.not-eligible' });
      await shop.done('POST', `${SHOP}/releases/1.0.0/unblock`, {});
    });

    it('is refused for what is no deployment, and with a body', async () => {
      for (const way of ['redeploy', 'rollback', 'prioritize']) {
        const nobody = deployment('019b8d2e-0000-7000-8000-000000000001', `/${way}`);
        expect(await refused(app, 'POST', nobody)).toMatchObject({ status: 404 });
        const sent = { body: { environment: 'production' } };
        expect(await refused(app, 'POST', nobody, sent)).toMatchObject({ status: 400, pointers: ['/environment'] });
      }
    });
  });

  describe('rolled back', () => {
    it('goes back to the success before it, with the variables of then, and says so', async () => {
      const old = await deployed('1.0.0');
      await shop.done('PUT', `${SHOP}/variables`, colour('green'));
      const bad = await deployed('2.0.0');
      const { status, json } = await app.ask('POST', deployment(bad, '/rollback'));
      expect([status, json.release, json.rollbackOf, json.redeployOf]).toEqual([201, '1.0.0', bad, old]);
      expect(await shop.ended(json.id)).toBe('succeeded');
      const board = await shop.sees(`${API}/dashboard?project=shop`);
      expect(board.projects[0].cells.development.current).toMatchObject({ release: '1.0.0', deployment: json.id });
      await isRefused(bad, 'overtaken');
    });

    it('goes back in one step past a redeploy of the same', async () => {
      await deployed('2.0.0');
      const first = await deployed('3.0.0');
      const again = await shop.done('POST', deployment(first, '/redeploy'));
      await shop.ended(again.id);
      const { json } = await app.ask('POST', deployment(again.id, '/rollback'));
      expect(json.release).toBe('2.0.0');
      await shop.ended(json.id);
    });

    it('goes back to other variables of the same release', async () => {
      const before = await deployed('3.0.0');
      await shop.done('PUT', `${SHOP}/variables`, colour('black'));
      await shop.done('POST', `${SHOP}/releases/3.0.0/variables/update`);
      const bad = await deployed('3.0.0');
      const { json } = await app.ask('POST', deployment(bad, '/rollback'));
      expect(json).toMatchObject({ release: '3.0.0', redeployOf: before, variablesSnapshot: 1 });
      await shop.ended(json.id);
    });

    it('goes back for one that failed, too: what it did half stays half otherwise', async () => {
      await deployed('1.0.0');
      broken = true;
      const bad = await deployed('2.0.0');
      broken = false;
      const { json } = await app.ask('POST', deployment(bad, '/rollback'));
      expect(json.release).toBe('1.0.0');
      await shop.ended(json.id);
    });

    it('is refused while it runs, if it never started, and if nothing else succeeded there', async () => {
      await shop.done('POST', `${API}/projects`, { slug: 'young', lifecycle: 'web' });
      await shop.done('PUT', `${API}/projects/young/process`, {
        steps: [
          { name: 'Approve', type: 'manual-intervention', input: { instructions: 'Look.' } },
          { name: 'Say', type: 'script', input: { run: 'true' } },
        ],
      });
      await shop.done('POST', `${API}/projects/young/releases`, { version: '1.0.0' });
      const young = async (more: object = {}) =>
        (await shop.done('POST', `${API}/projects/young/releases/1.0.0/deployments`, { environment: 'development', ...more })).id as string;
      const first = await young({ exclude: ['Approve'] });
      await shop.ended(first);
      await isRefused(first, 'nothing-before');
      const asking = await young();
      await shop.until(asking, 'awaiting-intervention');
      await isRefused(asking, 'not-ended');
      const waiting = await young();
      await shop.until(waiting, 'queued');
      await shop.done('POST', deployment(waiting, '/cancel'), {});
      await shop.until(waiting, 'cancelled');
      await isRefused(waiting, 'never-started');
      await shop.done('POST', deployment(asking, '/cancel'), {});
    });

    it('asked for again with the same key gives the first answer, even after it has overtaken what it undid', async () => {
      await deployed('1.0.0');
      const bad = await deployed('2.0.0');
      const headers = { 'idempotency-key': 'back-once' };
      const first = await app.ask('POST', deployment(bad, '/rollback'), { headers });
      await shop.ended(first.json.id);
      const again = await app.ask('POST', deployment(bad, '/rollback'), { headers });
      expect([again.status, again.text]).toEqual([201, first.text]);
      await isRefused(bad, 'overtaken');
    });
  });
});

describe('the line of a lane', () => {
  let app: InProcess;
  let shop: Shop;
  const approve = { name: 'Approve', type: 'manual-intervention', input: { instructions: 'Look.' } };

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    await shop.done('PUT', `${SHOP}/process`, { steps: [approve] });
    await shop.release('1.0.0');
  });
  afterAll(() => app.stop());

  const begins = async (more: object = {}) =>
    (await shop.done('POST', `${SHOP}/releases/1.0.0/deployments`, { environment: 'development', ...more })).id as string;
  const place = async (id: string, position: number) =>
    shop.once(id, ({ waitingFor }) => waitingFor?.facts.position === position, `number ${position} in line`);
  const cancel = (id: string) => shop.done('POST', deployment(id, '/cancel'), {});

  it('lets one that waits go first, before those with priority', async () => {
    const holder = await begins();
    await shop.until(holder, 'awaiting-intervention');
    const [urgent, plain] = [await begins({ priority: true }), await begins()];
    await place(plain, 2);
    expect((await app.ask('POST', deployment(plain, '/prioritize'))).json).toMatchObject({ id: plain, state: 'queued' });
    await place(plain, 1);
    await place(urgent, 2);
    await cancel(holder);
    expect(await shop.until(plain, 'awaiting-intervention')).toMatchObject({ state: 'awaiting-intervention' });
    for (const id of [urgent, plain]) await cancel(id);
  });

  it('moves only who stands in it', async () => {
    const holder = await begins();
    await shop.until(holder, 'awaiting-intervention');
    const later = await begins({ at: new Date(app.parts.clock.now() + 3_600_000).toISOString() });
    for (const id of [holder, later]) {
      expect(await refused(app, 'POST', deployment(id, '/prioritize'))).toMatchObject({ status: 409, code: 'deployment.not-queued' });
      await cancel(id);
    }
    expect(await refused(app, 'POST', deployment(holder, '/prioritize'))).toMatchObject({ status: 409, code: 'deployment.not-queued' });
  });

  it('keeps only the newest one where the project says so: it takes the place of all that wait, not of who runs', async () => {
    await shop.done('PATCH', SHOP, { supersedeQueued: true });
    expect(await shop.done('PATCH', SHOP, { supersedeQueued: null })).not.toHaveProperty('supersedeQueued');
    await shop.done('PATCH', SHOP, { supersedeQueued: true });
    const holder = await begins();
    await shop.until(holder, 'awaiting-intervention');
    const first = await begins();
    await shop.until(first, 'queued');
    const second = await begins();
    const gone = await shop.until(first, 'cancelled');
    expect(gone.reason).toMatchObject({
      facts: { supersededBy: second },
      message: expect.stringContaining(`superseded by deployment ${second}`),
    });
    await place(second, 1);
    expect((await shop.sees(deployment(holder))).state).toBe('awaiting-intervention');
    await cancel(holder);
    expect(await shop.until(second, 'awaiting-intervention')).toMatchObject({ state: 'awaiting-intervention' });
    await cancel(second);
  });
});
