import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type * as generated from '../../generated/client';
import type * as generatedClient from '../../generated/client/client';
import type { Document } from '../../apps/api/openapi/document';
import { InProcess } from '../support/in-process';

const run = promisify(execFile);
const ROOT = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'slipway-client-'));

let app: InProcess;
let document: Document;
// The generated client, compiled: what `npm run check` holds its users to.
let Slipway: typeof generated.Slipway;
let createClient: typeof generatedClient.createClient;

beforeAll(async () => {
  const [started] = await Promise.all([InProcess.start(), run('sh', ['scripts/client.sh', folder], { cwd: ROOT })]);
  app = started;
  document = JSON.parse(readFileSync(join(folder, 'openapi.json'), 'utf8')) as Document;
  ({ Slipway } = (await import(join(folder, 'client'))) as typeof generated);
  ({ createClient } = (await import(join(folder, 'client/client'))) as typeof generatedClient);
}, 120_000);
afterAll(async () => {
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
});

function slipway(actor: string) {
  return new Slipway({ client: createClient({ baseUrl: app.http.address, headers: { 'Slipway-Actor': actor } }) });
}

describe('the document of the composed application', () => {
  it('is as a linter of such documents wants them, and its examples fit their schemas', async () => {
    const { stdout } = await run('node', ['test/client/lint-document.mjs', join(folder, 'openapi.json')], { cwd: ROOT });
    expect(stdout).toBe('');
  });

  it('becomes a client that compiles strictly, with a method for each operation', () => {
    const ids = Object.values(document.paths).flatMap((operations) => Object.values(operations).map(({ operationId }) => operationId));
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(slipway('ada')));
    expect(methods.filter((name) => name !== 'constructor').sort()).toEqual(ids.sort());
  });
});

describe('the generated client', () => {
  it('cuts a release and follows it, with typed bodies and answers', async () => {
    const ada = slipway('ada');
    await ada.createEnvironment({ body: { slug: 'development', order: 1 } });
    await ada.createProject({ body: { slug: 'shop' } });
    const input = { run: 'true' };
    await ada.changeProcess({ path: { project: 'shop' }, body: { steps: [{ name: 'Deploy', type: 'script', input }] } });
    const { data: release, response } = await ada.createRelease({ path: { project: 'shop' }, body: { version: '1.0.0' } });
    expect(release).toMatchObject({ version: '1.0.0', createdBy: 'ada', state: 'active', process: { steps: [{ name: 'Deploy', input }] } });
    const query = { atLeast: response.headers.get('slipway-position') ?? '0', limit: 1 };
    const { data: page } = await ada.listReleases({ path: { project: 'shop' }, query });
    expect(page?.items.map(({ version }) => version)).toEqual(['1.0.0']);
  });

  it('follows what happens, event by event', async () => {
    const leaving = new AbortController();
    const { stream } = await slipway('cleo').followEvents({ query: { from: '0' }, signal: leaving.signal });
    const seen: string[] = [];
    for await (const { type } of stream) {
      seen.push(type);
      if (type === 'ReleaseCreated') leaving.abort();
    }
    expect(seen).toEqual(expect.arrayContaining(['LifecycleCreated', 'EnvironmentCreated', 'ProjectCreated', 'ReleaseCreated']));
  });

  it('tells what was refused, and why', async () => {
    const { data, error, response } = await slipway('ben').createProject({ body: { slug: 'No slug' } });
    expect({ data, status: response.status }).toEqual({ data: undefined, status: 400 });
    expect(error).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/slug' }] });
  });
});
