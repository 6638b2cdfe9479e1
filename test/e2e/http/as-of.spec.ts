import { eventually } from '@slipway/kernel/testing';
import type { HttpAnswer } from '../../support/http-client';
import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, ELSEWHERE, SHOP, Shop, STEP } from '../../support/shop';

const RELEASE = `${SHOP}/releases/1.0.0`;
const ASKED = [
  `${API}/environments/staging`,
  `${API}/lifecycles/web`,
  SHOP,
  `${SHOP}/process`,
  `${SHOP}/channels`,
  `${SHOP}/variables`,
  `${SHOP}/variables/explain?name=Colour&environment=staging`,
  RELEASE,
  `${RELEASE}/progression`,
  `${RELEASE}/variables`,
  `${SHOP}/releases/1.1.0`,
  `${SHOP}/releases/1.1.0/progression`,
];

interface Remembered {
  readonly at: string;
  readonly position: string;
  readonly answers: readonly HttpAnswer[];
}

describe('what stood at an earlier moment', () => {
  let app: InProcess;
  let shop: Shop;
  const remembered: Remembered[] = [];
  const asOf = (path: string, moment: string) =>
    app.ask('GET', `${path}${path.includes('?') ? '&' : '?'}asOf=${encodeURIComponent(moment)}`);

  /** Everything as it stands, read models included; the clock has moved on when it resolves. */
  async function remember(): Promise<void> {
    await shop.sees(`${SHOP}/releases`);
    const { clock } = app.parts;
    const [position, at] = [String(await app.head()), clock.timestamp()];
    const answers = await Promise.all(ASKED.map((path) => app.ask('GET', path)));
    remembered.push({ at, position, answers });
    await eventually(() => clock.timestamp() > at, 'the next millisecond');
  }

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    const colours = (value: string) => shop.done('PUT', `${SHOP}/variables`, { variables: [{ name: 'Colour', value }] });
    const life: readonly (() => Promise<unknown>)[] = [
      () => colours('red'),
      () => shop.done('PATCH', `${API}/environments/staging`, { name: 'Stage', order: 3 }),
      () => shop.release('1.0.0'),
      () => shop.deployed('1.0.0', 'development'),
      () => colours('blue'),
      () => shop.done('POST', `${RELEASE}/variables/update`),
      () => shop.promoted('1.0.0', 'staging'),
      () => shop.done('PUT', `${SHOP}/process`, { steps: [ELSEWHERE, STEP] }),
      () => shop.done('PATCH', `${API}/lifecycles/web`, { name: 'Web' }),
      () => shop.release('1.1.0'),
      () => shop.deployed('1.1.0', 'development'),
      () => shop.done('POST', `${RELEASE}/block`, { reason: 'It is slow.' }),
      () => shop.promoted('1.1.0', 'staging'),
      () => shop.done('DELETE', `${SHOP}/releases/1.1.0`).catch(() => undefined),
      () => shop.done('PATCH', SHOP, { description: 'For customers' }),
    ];
    await remember();
    for (const happens of life) await happens().then(remember);
  });
  afterAll(() => app.stop());

  it.each(ASKED)('GET %s gives the answer that was given then, by position and by time', async (path) => {
    const index = ASKED.indexOf(path);
    for (const { at, position, answers } of remembered) {
      const then = answers[index]!;
      for (const moment of [position, at]) {
        const now = await asOf(path, moment);
        expect([moment, now.status]).toEqual([moment, then.status]);
        if (then.status !== 200) continue;
        expect(now.text).toBe(then.text);
        expect(now.headers).toMatchObject({ 'slipway-position': position, etag: then.headers['etag'] });
      }
    }
  });

  it('is not found before it was there, and says when it came', async () => {
    const [{ position = '' } = {}] = remembered;
    const cut = (await app.ask('GET', `${API}/audit/streams/release-shop@1.0.0?limit=1`)).json.items[0] as { at: string; position: string };
    for (const moment of [position, remembered[0]!.at, '2020-01-01T00:00:00+01:00', '0'])
      expect(await refused(app, 'GET', `${RELEASE}?asOf=${encodeURIComponent(moment)}`)).toMatchObject({
        status: 404,
        code: 'release.not-found',
        facts: { release: 'shop@1.0.0', createdAt: cut.at, createdPosition: cut.position },
      });
    expect(await refused(app, 'GET', `${SHOP}/releases/9.9.9?asOf=1`)).toMatchObject({ status: 404, facts: { release: 'shop@9.9.9' } });
  });

  it('is shown on the dashboard too, with the moment that it is of', async () => {
    for (const { at, position, answers } of remembered) {
      const board = (await asOf(`${API}/dashboard`, position)).json;
      expect(board.asOf.position).toBe(position);
      expect((await asOf(`${API}/dashboard`, at)).json).toEqual({ ...board, asOf: { at, position } });
      const runs = board.projects[0]?.cells?.staging?.current?.release as string | undefined;
      for (const version of ['1.0.0', '1.1.0']) {
        const { status, json } = answers[ASKED.indexOf(`${SHOP}/releases/${version}/progression`)]!;
        if (status === 200) expect([version, json.phases[1].environments[0].current]).toEqual([version, runs === version]);
      }
    }
  });

  it('is refused for what is yet to come, and for what is no moment', async () => {
    const later = new Date(app.parts.clock.now() + 60_000).toISOString();
    for (const path of [...ASKED, `${API}/dashboard`])
      for (const moment of [later, String((await app.head()) + 1n), '9'.repeat(19), 'yesterday', '2026-01-05', '-1', '1.5', ''])
        expect(await refused(app, 'GET', `${path}${path.includes('?') ? '&' : '?'}asOf=${moment}`)).toMatchObject({
          status: 400,
          code: 'request.invalid',
          pointers: ['?asOf'],
        });
  });

  it('is waited for, where the moment is to be reached first', async () => {
    const next = (await app.head()) + 1n;
    const waiting = app.ask('GET', `${SHOP}?asOf=${next}&atLeast=${next}`);
    await shop.done('PATCH', SHOP, { name: 'The next' });
    expect(await waiting).toMatchObject({ status: 200, json: { name: 'The next' }, headers: { 'slipway-position': String(next) } });
  });
});
