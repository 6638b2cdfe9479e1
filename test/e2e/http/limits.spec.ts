import { stepOf } from '../../../libs/projects/domain/process/step.fixture';
import { InProcess } from '../../support/in-process';
import { problemIn, refused } from '../../support/problems';
import { API, SHOP, Shop } from '../../support/shop';

const KIB = 1024;

describe('the limits of a project', () => {
  let app: InProcess;
  let shop: Shop;
  const put = (what: 'process' | 'variables', body: object) => app.ask('PUT', `${SHOP}/${what}`, { body });
  const putRefused = (what: 'process' | 'variables', body: object) => refused(app, 'PUT', `${SHOP}/${what}`, { body });
  const steps = (count: number, run = 'true') => ({
    steps: Array.from({ length: count }, (_, at) => ({ name: `Step ${at}`, type: 'script', input: { run } })),
  });
  const values = (count: number, value = '') => ({ variables: Array.from({ length: count }, (_, at) => ({ name: `V${at}`, value })) });
  /** A body that takes exactly so many bytes as it is stored, filled up in its last text. */
  const filled = <T>(bytes: number, make: (fill: number) => T, stored: (body: T) => unknown): T =>
    make(bytes - Buffer.byteLength(JSON.stringify(stored(make(0)))));

  const processOf = (bytes: number) => {
    const run = (fill: number) => ({ run: `x${'y'.repeat(fill)}` });
    const five = (fill: number) => ({
      steps: [...steps(4, 'x'.repeat(120 * KIB)).steps, { name: 'Last', type: 'script', input: run(fill) }],
    });
    const stored = ({ steps: all }: ReturnType<typeof five>) => all.map((step) => stepOf(step.name, { input: step.input }));
    return filled(bytes, five, stored);
  };
  const variablesOf = (bytes: number) =>
    filled(
      bytes,
      (fill) => ({ variables: [{ name: 'Long', value: 'x'.repeat(fill) }] }),
      (body) => body.variables,
    );

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
  });
  afterAll(() => app.stop());

  it('are 200 steps', async () => {
    expect((await put('process', steps(200))).json.steps).toHaveLength(200);
    expect(await putRefused('process', steps(201))).toMatchObject({ status: 400, pointers: ['/steps'] });
  });

  it('are 512 kB of process, as it is stored', async () => {
    expect((await put('process', processOf(512 * KIB))).status).toBe(202);
    const problem = await putRefused('process', processOf(512 * KIB + 1));
    expect(problem).toMatchObject({ status: 400, code: 'process.too-large', facts: { steps: 5, bytes: 512 * KIB + 1 } });
  });

  it('are 2,000 values', async () => {
    expect((await put('variables', values(2_000))).json.variables).toHaveLength(2_000);
    expect(await putRefused('variables', values(2_001))).toMatchObject({ status: 400, pointers: ['/variables'] });
    expect(await putRefused('variables', values(5_001))).toMatchObject({ status: 400, pointers: ['/variables'] });
  });

  it('are 256 kB of variables', async () => {
    expect((await put('variables', variablesOf(256 * KIB))).status).toBe(202);
    expect(await putRefused('variables', variablesOf(256 * KIB + 1))).toMatchObject({ status: 400, code: 'variables.too-large' });
  });

  it('hold as many scope entries as the bytes allow', async () => {
    const many = Array.from({ length: 290 }, (_, at) => ({
      name: `V${at}`,
      value: '',
      scope: { roles: Array.from({ length: 200 }, (_role, role) => String(role)) },
    }));
    const answer = await put('variables', { variables: many });
    expect([answer.status, answer.json.code]).toEqual([400, 'variables.too-large']);
    expect((await put('variables', { variables: many.slice(0, 220) })).status).toBe(202);
  });

  it('are 64 kB of notes, as JSON in UTF-8', async () => {
    const create = (version: string, notes: string) => ({ body: { version, notes } });
    for (const [at, notes] of ['x'.repeat(64 * KIB), 'ä'.repeat(32 * KIB), '\n'.repeat(32 * KIB), '😀'.repeat(16 * KIB)].entries()) {
      expect((await app.ask('POST', `${SHOP}/releases`, create(`1.0.${at}`, notes))).json.notes).toBe(notes);
      expect(await refused(app, 'POST', `${SHOP}/releases`, create(`1.1.${at}`, `${notes}x`))).toMatchObject({
        status: 400,
        pointers: ['/notes'],
      });
    }
  });

  it('let a release of the largest process, variables, notes and lifecycle fit one append', async () => {
    expect((await put('process', processOf(512 * KIB))).status).toBe(202);
    expect((await put('variables', variablesOf(256 * KIB))).status).toBe(202);
    const environments = Array.from({ length: 200 }, (_, at) => `${'e'.repeat(59)}-${at}`);
    for (const slug of environments) await shop.done('POST', `${API}/environments`, { slug });
    const phases = Array.from({ length: 50 }, (_, at) => ({
      name: `${at}${'p'.repeat(98)}`,
      environments: environments.slice(at * 4, at * 4 + 4).map((environment) => ({ environment, automatic: true })),
    }));
    await shop.done('PATCH', `${API}/lifecycles/web`, { phases });
    const answer = await app.ask('POST', `${SHOP}/releases`, {
      body: { version: '9.0.0', title: 't'.repeat(200), notes: '"'.repeat(32 * KIB) },
    });
    expect([answer.status, answer.json.process?.steps.length]).toEqual([201, 5]);
    expect((await app.ask('GET', `${SHOP}/releases/9.0.0/variables`)).json.variables[0].name).toBe('Long');
    expect((await app.ask('GET', `${SHOP}/releases/9.0.0`)).json).toEqual(answer.json);
  });

  it('make what is too much for one append a refusal that stores nothing, not a failure', async () => {
    const slug = (at: number) => `${'e'.repeat(59)}-${at}`;
    // Everything opens at once, and every name takes six times its length as JSON.
    const open = Array.from({ length: 49 }, (_, at) => ({
      name: `${at}${'\u0001'.repeat(98)}`,
      environments: [{ environment: slug(at) }],
      optional: true,
    }));
    const last = { name: 'last', environments: Array.from({ length: 17 }, (_, at) => ({ environment: slug(100 + at), automatic: true })) };
    await shop.done('PATCH', `${API}/lifecycles/web`, { phases: [...open, last] });
    const headers = {
      'slipway-actor': Buffer.from('李'.repeat(100)).toString('latin1'),
      'x-correlation-id': '"'.repeat(200),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const cut = (version: string) => ({ body: { version, title: '李'.repeat(200), notes: '"'.repeat(32 * KIB) }, headers });
    const longest = `9.1.0-${'x'.repeat(94)}`;
    const answer = await app.ask('POST', `${SHOP}/releases`, cut(longest));
    expect(problemIn(answer)).toMatchObject({ status: 413, code: 'event-store.append-too-large' });
    expect(await app.parts.eventStore.readStream(`release-shop@${longest}`)).toEqual([]);
    expect((await app.ask('POST', `${SHOP}/releases`, cut('9.1.0'))).status).toBe(201);
  });
});

describe('what does not fit together in a project', () => {
  let app: InProcess;
  const put = (what: 'process' | 'variables', body: object) => refused(app, 'PUT', `${SHOP}/${what}`, { body });
  const script = (name: string, more: object = {}) => ({ name, type: 'script', input: { run: 'true' }, ...more });

  beforeAll(async () => {
    app = await InProcess.start();
    await Shop.in(app);
  });
  afterAll(() => app.stop());

  it('is a tie between two values, told at the later one', async () => {
    const scope = { environments: ['staging'] };
    const problem = await put('variables', {
      variables: [
        { name: 'A', value: '1', scope },
        { name: 'B', value: '' },
        { name: 'a', value: '2', scope },
      ],
    });
    expect(problem).toMatchObject({ status: 400, code: 'variables.invalid' });
    expect(problem.pointers.length).toBeGreaterThan(0);
    expect(problem.pointers.every((pointer) => pointer.startsWith('/variables/2') || pointer.startsWith('/variables/0'))).toBe(true);
  });

  it('is a circle of values, told with its path', async () => {
    const problem = await put('variables', {
      variables: [
        { name: 'A', value: '#{B}' },
        { name: 'B', value: 'x#{C}' },
        { name: 'C', value: '#{A}' },
      ],
    });
    expect(problem).toMatchObject({ status: 400, code: 'variables.invalid', pointers: ['/variables/0/value'] });
    expect(problem.errors?.[0]?.message).toContain('A (/variables/0) → B (/variables/1) → C (/variables/2) → A (/variables/0)');
  });

  it('is an environment that there is not, wherever it is named', async () => {
    expect(await put('variables', { variables: [{ name: 'A', value: '', scope: { environments: ['staging', 'none'] } }] })).toMatchObject({
      pointers: ['/variables/0/scope/environments/1'],
    });
    expect(
      await put('process', { steps: [script('a', { environments: ['none'] }), script('b', { excludeEnvironments: ['staging', 'none'] })] }),
    ).toMatchObject({
      code: 'process.invalid',
      pointers: ['/steps/0/environments/0', '/steps/1/excludeEnvironments/1'],
    });
    const phases = [{ name: 'x', environments: [{ environment: 'staging' }, { environment: 'none' }] }];
    expect(await refused(app, 'POST', `${API}/lifecycles`, { body: { slug: 'x', phases } })).toMatchObject({
      code: 'lifecycle.unknown-environment',
      pointers: ['/phases/0/environments/1/environment'],
    });
    expect(await refused(app, 'POST', `${API}/projects`, { body: { slug: 'x', lifecycle: 'none' } })).toMatchObject({
      code: 'project.unknown-lifecycle',
      pointers: ['/lifecycle'],
    });
  });

  it('is a step whose input, name, time limit or type is wrong, told at the step', async () => {
    const steps = [
      script('a', { input: {} }),
      script('b', { input: { run: 'x', env: { '1A': '' } } }),
      script('c', { input: { run: 'x', shell: 'fish' } }),
      script('d', { input: { run: 'x', more: 1 } }),
      script('e', { input: { run: 'x', env: null } }),
      script('f', { type: 'ftp' }),
    ];
    expect((await put('process', { steps })).pointers).toEqual([
      '/steps/0/input/run',
      '/steps/1/input/env',
      '/steps/2/input/shell',
      '/steps/3/input/more',
      '/steps/4/input/env',
      '/steps/5/type',
    ]);
    const texts = (text: string) => put('process', { steps: [script('a', { input: { run: 'true', env: { OK: 'fine', BAD: text } } })] });
    expect((await texts('#{Open')).pointers).toEqual(['/steps/0/input/env/BAD']);
    expect((await texts('#{Slipway.Nope}')).pointers).toEqual(['/steps/0/input/env/BAD']);
    expect((await texts('#{Fine | Sideways}')).pointers).toEqual(['/steps/0/input/env/BAD']);
    expect((await put('process', { steps: [script('Go'), script('go')] })).pointers).toEqual(['/steps/1/name']);
    expect((await put('process', { steps: [script('a', { timeout: 'PT0S' }), script('b', { timeout: 'P8D' })] })).pointers).toEqual([
      '/steps/0/timeout',
      '/steps/1/timeout',
    ]);
    expect(
      (await put('process', { steps: [script('a', { environments: ['staging'], excludeEnvironments: ['production'] })] })).pointers,
    ).toEqual(['/steps/0/excludeEnvironments']);
  });
});
