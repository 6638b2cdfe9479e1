import { InProcess } from '../../support/in-process';
import { problemIn } from '../../support/problems';
import { API, SHOP, Shop } from '../../support/shop';
import type { HttpAnswer } from '../../support/http-client';

describe('requests that race', () => {
  let app: InProcess;
  let shop: Shop;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
  });
  afterAll(() => app.stop());

  const codes = (answers: readonly HttpAnswer[]) => answers.map((answer) => (answer.status < 300 ? answer.status : problemIn(answer).code));
  const tally = (answers: readonly HttpAnswer[]) => {
    const counted: Record<string, number> = {};
    for (const code of codes(answers)) counted[code] = (counted[code] ?? 0) + 1;
    return counted;
  };

  it.each([
    ['environment', `${API}/environments`, (name: string) => ({ slug: name })],
    ['lifecycle', `${API}/lifecycles`, (name: string) => ({ slug: name, phases: [] })],
    ['project', `${API}/projects`, (name: string) => ({ slug: name })],
    ['release', `${SHOP}/releases`, (name: string) => ({ version: `2.0.0-${name}` })],
  ])('to create one %s: one of twenty wins, the others learn why', async (category, path, body) => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => app.ask('POST', path, { body: body(name) })));
      expect(tally(answers)).toEqual({ 201: 1, [`${category}.already-exists`]: 19 });
    }
  });

  it('with one If-Match: one of twenty wins, the others are told to read again', async () => {
    const path = `${API}/environments/staging`;
    for (let round = 0; round < 5; round += 1) {
      const etag = (await app.ask('GET', path)).headers['etag'] as string;
      const change = (at: number) => app.ask('PATCH', path, { body: { name: `Stage ${round} ${at}` }, headers: { 'if-match': etag } });
      expect(tally(await Promise.all(Array.from({ length: 20 }, (_, at) => change(at))))).toEqual({ 202: 1, 'precondition.version': 19 });
    }
  });

  it('without If-Match all win, one after another', async () => {
    const path = `${API}/environments/production`;
    const before = (await app.ask('GET', path)).headers['etag'] as string;
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => app.ask('PATCH', path, { body: { order: at } })));
    const versions = answers.map(({ headers }) => Number(/\d+/.exec(headers['etag'] as string)?.[0])).sort((a, b) => a - b);
    const first = Number(/\d+/.exec(before)?.[0]) + 1;
    expect(versions).toEqual(Array.from({ length: 20 }, (_, at) => first + at));
  });

  it('to promote a release and to delete it: one wins, the other learns why', async () => {
    const wins = { promoted: 0, deleted: 0 };
    for (let round = 0; round < 16; round += 1) {
      const release = `${SHOP}/releases/5.${round}.0`;
      await shop.release(`5.${round}.0`);
      await shop.deployed(`5.${round}.0`, 'development');
      const promote = () => app.ask('POST', `${release}/promotions`, { body: { to: 'staging', exclude: ['Deploy'] } });
      const remove = () => app.ask('DELETE', release);
      const [promoted, deleted] =
        round % 2 === 0 ? await Promise.all([promote(), remove()]) : (await Promise.all([remove(), promote()])).reverse();
      expect([promoted!.status, deleted!.status].filter((status) => status < 300)).toHaveLength(1);
      if (promoted!.status === 201) {
        wins.promoted += 1;
        expect(problemIn(deleted!)).toMatchObject({ status: 409, code: 'release.not-deletable' });
        expect(deleted!.json.facts.blockers[0]).toMatchObject({ code: 'release-linked', events: [expect.any(String)] });
        expect(await shop.ended(promoted!.json.id)).toBe('succeeded');
      } else {
        wins.deleted += 1;
        expect(problemIn(promoted!)).toMatchObject({
          status: 404,
          code: 'release.not-found',
          detail: expect.stringContaining('was deleted'),
        });
        expect((await app.ask('GET', release)).json.state).toBe('deleted');
      }
    }
    expect(wins.promoted + wins.deleted).toBe(16);
  });

  it('to cut a release while the process changes: it freezes the one or the other, never a mixture', async () => {
    const processes = ['one', 'two'].map((run) => ({ steps: ['a', 'b', 'c'].map((name) => ({ name, type: 'script', input: { run } })) }));
    for (let round = 0; round < 10; round += 1) {
      const [, cut] = await Promise.all([
        app.ask('PUT', `${SHOP}/process`, { body: processes[round % 2] }),
        app.ask('POST', `${SHOP}/releases`, { body: { version: `6.${round}.0` } }),
      ]);
      const runs = new Set((cut.json.process.steps as { input: { run: string } }[]).map(({ input }) => input.run));
      expect(runs.size).toBe(1);
    }
  });

  it('to use a version again after its release was deleted: never', async () => {
    await shop.release('7.0.0');
    expect((await app.ask('DELETE', `${SHOP}/releases/7.0.0`)).status).toBe(202);
    const again = await app.ask('POST', `${SHOP}/releases`, { body: { version: '7.0.0' } });
    expect(problemIn(again)).toMatchObject({ status: 409, code: 'release.already-exists' });
  });
});
