import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { ELSEWHERE, SHOP, Shop, STEP } from '../../support/shop';

const compare = (version: string, query: string) => `${SHOP}/releases/${version}/compare?${query}`;
const variables = (value: string) => ({ variables: [{ name: 'Host', value }] });

describe('what changes with a release', () => {
  let app: InProcess;
  let shop: Shop;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    await shop.done('PUT', `${SHOP}/variables`, variables('one'));
    await shop.release('1.0.0');
    await shop.deployed('1.0.0', 'development');
    await shop.done('PUT', `${SHOP}/process`, { steps: [{ ...STEP, name: 'Announce' }, STEP, ELSEWHERE] });
    await shop.done('PUT', `${SHOP}/variables`, variables('two'));
    await shop.done('POST', `${SHOP}/releases`, { version: '1.1.0', notes: 'Announced now' });
  });
  afterAll(() => app.stop());

  it('is told from another release', async () => {
    expect(await shop.done('GET', compare('1.1.0', 'with=1.0.0'))).toMatchObject({
      project: 'shop',
      same: false,
      from: { version: '1.0.0', snapshot: 1 },
      to: { version: '1.1.0', snapshot: 1 },
      about: { fields: [{ pointer: '/notes', to: 'Announced now' }] },
      process: { steps: [{ name: 'Announce', change: 'added', to: 1 }] },
      variables: { values: [{ name: 'Host', change: 'changed', from: { value: 'one' }, to: { value: 'two' } }] },
      lifecycle: { same: true, fields: [] },
      artifacts: [],
    });
    expect(await shop.done('GET', compare('1.1.0', 'with=1.1.0'))).toMatchObject({ same: true });
  });

  it('is told from what runs in an environment, with the variables that it was deployed with there', async () => {
    await shop.done('POST', `${SHOP}/releases/1.0.0/variables/update`);
    const { from, to, variables } = await shop.done('GET', compare('1.1.0', `environment=development&atLeast=${await app.head()}`));
    expect({ from, to }).toMatchObject({ from: { version: '1.0.0', snapshot: 1, environment: 'development' }, to: { version: '1.1.0' } });
    expect(variables.values).toHaveLength(1);
    expect(await shop.done('GET', compare('1.1.0', 'with=1.0.0'))).toMatchObject({ from: { snapshot: 2 }, variables: { same: true } });
  });

  it('cannot be told from nothing', async () => {
    expect(await refused(app, 'GET', compare('1.1.0', 'environment=staging'))).toMatchObject({ status: 404, code: 'release.nothing-runs' });
    expect(await refused(app, 'GET', compare('1.1.0', 'with=9.9.9'))).toMatchObject({ status: 404, code: 'release.not-found' });
    for (const query of ['', 'with=1.0.0&environment=staging'])
      expect(await refused(app, 'GET', compare('1.1.0', query))).toMatchObject({ status: 400, pointers: ['?with', '?environment'] });
  });
});
