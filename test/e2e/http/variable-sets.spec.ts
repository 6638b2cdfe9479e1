import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, SHOP, Shop } from '../../support/shop';

const SETS = `${API}/variable-sets`;
const scoped = (scope: object) => ({ variables: [{ name: 'A', value: 'x', scope }] });

describe('variable sets', () => {
  let app: InProcess;
  let shop: Shop;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    for (const slug of ['mail', 'base']) await shop.done('POST', SETS, { slug });
    await shop.done('PUT', `${SETS}/mail/variables`, {
      variables: [
        { name: 'Host', value: 'mail' },
        { name: 'Port', value: '25', scope: { environments: ['production'] } },
      ],
    });
    await shop.done('PUT', `${SETS}/base/variables`, {
      variables: [
        { name: 'Host', value: 'base' },
        { name: 'Port', value: '80' },
      ],
    });
    await shop.done('PATCH', SHOP, { variableSets: ['mail', 'base'] });
    await shop.done('PUT', `${SHOP}/variables`, {
      variables: [
        { name: 'Url', value: '#{Host}:#{Port}' },
        { name: 'Port', value: '8080' },
      ],
    });
  });
  afterAll(() => app.stop());

  it('are listed, shown, changed, and told at the time they were', async () => {
    expect(await shop.sees(SETS)).toEqual({ items: [{ slug: 'base' }, { slug: 'mail' }] });
    const before = await app.head();
    expect(await shop.done('PATCH', `${SETS}/mail`, { name: 'Mail' })).toEqual({ slug: 'mail', name: 'Mail' });
    expect(await shop.done('GET', `${SETS}/mail`)).toEqual({ slug: 'mail', name: 'Mail' });
    expect(await shop.done('GET', `${SETS}/mail?asOf=${before}`)).toEqual({ slug: 'mail' });
    expect(await shop.done('GET', `${SETS}/mail/variables`)).toMatchObject({
      revision: 1,
      variables: [{ name: 'Host' }, { name: 'Port' }],
    });
  });

  it('are named by projects, in order; one that is not there is refused', async () => {
    expect(await shop.done('GET', SHOP)).toMatchObject({ variableSets: ['mail', 'base'] });
    const body = { variableSets: ['mail', 'none', 'nowhere'] };
    const refusal = { status: 400, code: 'project.unknown-variable-set', pointers: ['/variableSets/1', '/variableSets/2'] };
    expect(await refused(app, 'PATCH', SHOP, { body })).toMatchObject(refusal);
    expect(await refused(app, 'POST', `${API}/projects`, { body: { slug: 'other', ...body } })).toMatchObject(refusal);
    expect(await refused(app, 'PATCH', SHOP, { body: { variableSets: ['mail', 'mail'] } })).toMatchObject({ pointers: ['/variableSets'] });
  });

  it('are frozen by a release with the values of its project, and explained with their source', async () => {
    await shop.release('1.0.0');
    const { variables } = await shop.done('GET', `${SHOP}/releases/1.0.0/variables`);
    expect(variables.map(({ name, value, set }: { name: string; value: string; set?: string }) => [name, value, set])).toEqual([
      ['Url', '#{Host}:#{Port}', undefined],
      ['Port', '8080', undefined],
      ['Host', 'mail', 'mail'],
      ['Port', '25', 'mail'],
      ['Host', 'base', 'base'],
      ['Port', '80', 'base'],
    ]);
    const { winner, candidates } = await shop.done('GET', `${SHOP}/variables/explain?name=Port&environment=production`);
    expect(winner).toMatchObject({ source: 'library:mail', value: '25' });
    expect(candidates.map(({ source, lostBecause }: { source: string; lostBecause?: string }) => [source, lostBecause])).toEqual([
      ['project', 'the value with environment production of library:mail ranks higher'],
      ['library:mail', undefined],
      ['library:base', 'the value with environment production of library:mail ranks higher'],
    ]);
  });

  it('reach a release that exists only when its variables are updated', async () => {
    const snapshot = `${SHOP}/releases/1.0.0/variables`;
    await shop.done('PUT', `${SETS}/mail/variables`, { variables: [{ name: 'Host', value: 'new' }] });
    expect(await shop.done('GET', snapshot)).toMatchObject({ snapshot: 1 });
    await shop.done('POST', `${SHOP}/releases/1.0.0/variables/update`);
    const { variables } = await shop.done('GET', snapshot);
    expect(variables).toContainEqual({ name: 'Host', value: 'new', set: 'mail' });
  });

  it('that make a circle with a project are refused when a release takes them, and change nothing', async () => {
    await shop.done('PUT', `${SETS}/base/variables`, {
      variables: [
        { name: 'Back', value: '#{Url}' },
        { name: 'Host', value: '#{Back}' },
      ],
    });
    await shop.done('PUT', `${SETS}/mail/variables`, { variables: [] });
    const refusal = { status: 409, code: 'release.variables' };
    expect(await refused(app, 'POST', `${SHOP}/releases`, { body: { version: '2.0.0' } })).toMatchObject(refusal);
    expect(await refused(app, 'POST', `${SHOP}/releases/1.0.0/variables/update`)).toMatchObject(refusal);
    expect(await shop.done('GET', `${SHOP}/releases/1.0.0/variables`)).toMatchObject({ snapshot: 2 });
  });

  it.each([
    ['POST', SETS, { body: { slug: 'Not a slug' }, status: 400, pointers: ['/slug'] }],
    ['PUT', `${SETS}/mail/variables`, { body: scoped({ steps: ['Deploy'] }), status: 400, pointers: ['/variables/0/scope/steps'] }],
    [
      'PUT',
      `${SETS}/mail/variables`,
      { body: scoped({ environments: ['moon'] }), status: 400, pointers: ['/variables/0/scope/environments/0'] },
    ],
    ['PUT', `${SETS}/none/variables`, { body: { variables: [] }, status: 404, pointers: [] }],
    ['POST', SETS, { body: { slug: 'mail' }, status: 409, pointers: [] }],
  ])('%s %s %j is refused', async (method, path, { body, ...refusal }) => {
    expect(await refused(app, method, path, { body })).toMatchObject(refusal);
  });
});
