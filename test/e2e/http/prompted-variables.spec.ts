import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, SHOP, Shop } from '../../support/shop';

const TICKET = { name: 'Ticket', value: '', prompt: { label: 'Which ticket?', required: true } };
const REGION = { name: 'Region', value: 'eu', prompt: { label: 'Region/~', control: 'select', options: ['eu', 'us'] } };
const DEPLOYMENTS = `${SHOP}/releases/1.0.0/deployments`;

describe('prompted variables', () => {
  let app: InProcess;
  let shop: Shop;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    await shop.done('PUT', `${SHOP}/variables`, { variables: [TICKET, REGION] });
    await shop.release('1.0.0');
  });
  afterAll(() => app.stop());

  const refusal = (body: object) => refused(app, 'POST', DEPLOYMENTS, { body: { environment: 'development', ...body } });

  it('are shown with the project and in the snapshot of a release', async () => {
    const stored = [
      { ...TICKET, prompt: { label: 'Which ticket?', required: true, control: 'text' } },
      { ...REGION, prompt: { label: 'Region/~', required: false, control: 'select', options: ['eu', 'us'] } },
    ];
    expect(await shop.done('GET', `${SHOP}/variables`)).toMatchObject({ variables: stored });
    expect(await shop.done('GET', `${SHOP}/releases/1.0.0/variables`)).toMatchObject({ snapshot: 1, variables: stored });
  });

  it('are asked when a deployment is scheduled, and the answers are kept by variable', async () => {
    const prompted = { 'which TICKET?': 'OPS-1', 'Region/~': 'us' };
    const { id } = await shop.done('POST', DEPLOYMENTS, { environment: 'development', exclude: ['Deploy'], prompted });
    expect(await shop.until(id, 'succeeded')).toMatchObject({ prompted: { Ticket: 'OPS-1', Region: 'us' } });
  });

  it('are asked by a promotion too', async () => {
    const path = `${SHOP}/releases/1.0.0/promotions`;
    expect(await refused(app, 'POST', path, { body: { to: 'staging' } })).toMatchObject({ code: 'deployment.prompted' });
    const { id } = await shop.done('POST', path, { to: 'staging', exclude: ['Deploy'], prompted: { 'Which ticket?': 'OPS-2' } });
    expect(await shop.until(id, 'succeeded')).toMatchObject({ prompted: { Ticket: 'OPS-2' } });
  });

  it('refuse a deployment that leaves a required one out, answers what nobody asked, or what is no option, with pointers', async () => {
    expect(await refusal({})).toMatchObject({ status: 400, code: 'deployment.prompted', pointers: ['/prompted/Which ticket?'] });
    expect(await refusal({ prompted: { 'Which ticket?': ' ', 'Region/~': 'asia', Colour: 'red' } })).toMatchObject({
      status: 400,
      pointers: ['/prompted/Colour', '/prompted/Which ticket?', '/prompted/Region~1~0'],
    });
  });

  it.each([
    ['no object', ['x'], '/prompted'],
    ['an answer that is no text', { 'Which ticket?': true }, '/prompted/Which ticket?'],
    ['too long an answer', { 'Which ticket?': 'x'.repeat(10_001) }, '/prompted/Which ticket?'],
    ['too many answers', Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`label ${at}`, 'x'])), '/prompted'],
  ])('refuse %s, with its pointer', async (_, prompted, pointer) => {
    expect(await refusal({ prompted })).toMatchObject({ status: 400, pointers: [pointer] });
  });

  it.each([
    ['/variables/0/prompt/label', { label: '' }],
    ['/variables/0/prompt/control', { label: 'A', control: 'radio' }],
    ['/variables/0/prompt/options', { label: 'A', control: 'select' }],
    ['/variables/0/prompt/options', { label: 'A', control: 'select', options: [] }],
    ['/variables/0/prompt/hint', { label: 'A', hint: 'x' }],
  ])('are refused when saved, at %s: %j', async (pointer, prompt) => {
    const body = { variables: [{ name: 'A', value: '', prompt }] };
    expect(await refused(app, 'PUT', `${SHOP}/variables`, { body })).toMatchObject({ status: 400, pointers: [pointer] });
    expect(await shop.done('GET', `${API}/projects/shop/variables`)).toMatchObject({ revision: 1 });
  });

  it('are named by the progression where a deployment has to answer them', async () => {
    const asked = async (version: string): Promise<unknown[]> => {
      const { phases } = await shop.done('GET', `${SHOP}/releases/${version}/progression`);
      return phases.flatMap((phase: { environments: { toAnswer?: string[] }[] }) => phase.environments.map((one) => one.toAnswer));
    };
    expect(new Set((await asked('1.0.0')).map((labels) => JSON.stringify(labels)))).toEqual(new Set(['["Which ticket?"]']));
    await shop.done('PUT', `${SHOP}/variables`, { variables: [REGION] });
    await shop.release('1.1.0');
    expect(new Set(await asked('1.1.0'))).toEqual(new Set([undefined]));
  });
});
