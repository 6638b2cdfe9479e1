import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, SHOP, Shop, STEP } from '../../support/shop';

type Case = readonly [field: string, method: string, path: string, body: object];

const RELEASE = `${SHOP}/releases/1.0.0`;
const step = (more: object) => ({ steps: [STEP, { ...STEP, name: 'Check', ...more }] });
const variable = (more: object) => ({ variables: [{ name: 'Key', value: 'x', ...more }] });
const deploy = (more: object) => ({ environment: 'development', ...more });

/** Fields that interfaces.md lists and that no capability stands behind yet. */
const LATER: readonly Case[] = [
  ['/steps/1/type', 'PUT', `${SHOP}/process`, step({ type: 'kubernetes-apply', input: {} })],
  ['/variables/0/sensitive', 'PUT', `${SHOP}/variables`, variable({ sensitive: true })],
  ['/variables/0/scope/circles', 'PUT', `${SHOP}/variables`, variable({ scope: { circles: ['beta'] } })],
  ['/artifacts', 'POST', `${SHOP}/releases`, { version: '1.1.0', artifacts: { web: '1.4' } }],
  ...(['deployments', 'promotions'] as const).flatMap((way): Case[] => {
    const body = (more: object) => (way === 'deployments' ? deploy(more) : { to: 'staging', ...more });
    return [['/circle', 'POST', `${RELEASE}/${way}`, body({ circle: 'beta' })]];
  }),
];

describe('what interfaces.md lists and is not built yet', () => {
  let app: InProcess;

  beforeAll(async () => {
    app = await InProcess.start();
    await (await Shop.in(app)).release('1.0.0');
  });
  afterAll(() => app.stop());

  it.each(LATER)('%s: %s %s %j is refused, never accepted and ignored', async (pointer, method, path, body) => {
    expect(await refused(app, method, path, { body })).toMatchObject({ status: 422, code: 'not-supported-yet', pointers: [pointer] });
  });

  it.each([
    ['?circle', `${API}/deployments?circle=beta`],
    ['?circle', `${SHOP}/variables/explain?name=Key&circle=beta`],
  ])('%s: GET %s is refused', async (pointer, path) => {
    expect(await refused(app, 'GET', path)).toMatchObject({ status: 422, code: 'not-supported-yet', pointers: [pointer] });
  });

  it.each([
    ['POST', `${API}/environments`, { slug: 'e1', failureMode: 'fail' }],
    ['PUT', `${SHOP}/process`, step({ condition: 'success', start: 'after-previous' })],
    ['PUT', `${SHOP}/variables`, variable({ sensitive: false })],
    ['POST', `${SHOP}/releases`, { version: '1.2.0', channel: 'default' }],
    ['POST', `${RELEASE}/deployments`, deploy({ failureMode: 'default' })],
    ['POST', `${RELEASE}/deployments`, deploy({ failureMode: 'fail' })],
  ])('%s %s %j says what leaving the field out says, and is accepted', async (method, path, body) => {
    expect((await app.ask(method, path, { body })).status).toBeLessThan(300);
  });

  it.each(['registries', 'environments/staging/circles'])('GET /%s is no route yet', async (path) => {
    expect(await refused(app, 'GET', `${API}/${path}`)).toMatchObject({ status: 404, code: 'route.not-found' });
  });
});
