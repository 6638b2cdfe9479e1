import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { silentLog, silentTelemetry, timeAfter } from '@slipway/kernel';
import { ProcessState, readSettings } from '@slipway/platform';
import type { HttpAnswer } from '../../../test/support/http-client';
import { Standalone } from '../../standalone/standalone';
import { DocumentedCalls, type Route } from './documented-calls.fixture';
import { DocumentedDeployments, ended, type Shown } from './documented-deployments.fixture';
import { examples } from './examples';
import { leaveRubbish } from './rubbish.fixture';

const folder = mkdtempSync(join(tmpdir(), 'slipway-answers-'));
const clock = new SystemClock();
const state = new ProcessState(silentLog);
const { settings } = readSettings({ SLIPWAY_DATA_DIR: folder, HTTP_PORT: '0', LEASE_SECONDS: '3' });
const slipway = new Standalone({ settings, state, clock, log: silentLog, telemetry: silentTelemetry, path: process.env['PATH'] });

let calls: DocumentedCalls;
let late: Promise<HttpAnswer>;

beforeAll(async () => {
  await leaveRubbish(folder, settings, clock);
  const address = await slipway.start();
  state.enter('running');
  calls = await DocumentedCalls.to(address);
  // Waits for 5 s: meanwhile the rest goes on.
  late = call('listProjects', { query: '?atLeast=999999999' });
});
afterAll(async () => {
  calls.close();
  await slipway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const call = (...asked: Parameters<DocumentedCalls['call']>) => calls.call(...asked);
const accepted = (...asked: Parameters<DocumentedCalls['accepted']>) => calls.accepted(...asked);
const sendExamples = (...asked: Parameters<DocumentedCalls['sendExamples']>) => calls.sendExamples(...asked);

const deploymentWhen = (...asked: Parameters<DocumentedDeployments['when']>) => new DocumentedDeployments(calls, clock).when(...asked);

async function project(slug: string, run: string): Promise<Route> {
  await accepted('createProject', { body: { slug, lifecycle: 'web' } });
  await accepted('changeProcess', { route: { project: slug }, body: { steps: [{ name: 'Only', type: 'script', input: { run } }] } });
  await accepted('createRelease', { route: { project: slug }, body: { version: '1.0.0' } });
  return { project: slug, version: '1.0.0' };
}

async function automatic(slug: string): Promise<string> {
  const { json, headers } = await accepted('listDeployments', { query: `?project=${slug}` });
  if (json.items.length > 0) return json.items[0].id as string;
  throw new Error(`nothing deployed at ${String(headers['slipway-position'])}`);
}

describe('documented requests and real answers', () => {
  it('fit each other through the life of a project', async () => {
    for (const operationId of ['createEnvironment', 'changeEnvironment', 'createLifecycle', 'changeLifecycle'])
      await sendExamples(operationId);
    for (const operationId of ['createVariableSet', 'changeVariableSet', 'changeSetVariables']) await sendExamples(operationId);
    for (const operationId of ['createProject', 'changeProject']) await sendExamples(operationId);
    for (const part of ['getProcess', 'getVariables']) expect((await accepted(part)).json).toMatchObject({ revision: 0 });
    for (const operationId of ['changeProcess', 'changeVariables', 'changeChannels', 'createRelease']) await sendExamples(operationId);
    await deploymentWhen(await automatic('web-shop'), ended);
    for (const operationId of ['blockRelease', 'unblockRelease']) await sendExamples(operationId);
    await sendExamples('scheduleDeployment');
    const [promoted] = await sendExamples('promoteRelease');
    const done = await deploymentWhen(promoted?.json.id as string, ended);
    expect(done).toMatchObject({ state: 'succeeded', steps: [{ outputs: { address: 'https://test.example.org' } }, {}] });
    const later = { environment: 'development', at: timeAfter(clock.timestamp(), 3_600_000), expiresAfter: 'PT1H' };
    const planned = await accepted('scheduleDeployment', { body: later });
    await sendExamples('cancelDeployment', { deployment: planned.json.id });
    await accepted('changeVariables', {
      body: {
        variables: [
          { name: 'Host', value: 'new.example.org' },
          { name: 'Host', value: 'shop.example.org', scope: { environments: ['production'] } },
        ],
      },
    });
    await accepted('updateVariables');
    await accepted('getLog', { route: { deployment: done.id }, query: '?limit=1' });
    await accepted('getSteps', { route: { deployment: done.id } });
    await accepted('getLog', { route: { deployment: done.id }, query: '?follow=true' });
    await accepted('followEvents', { query: '?from=0', enough: (text) => text.split('\ndata: ').length > 10 });
  });

  it('fit each other where deployments wait, are cancelled or fail', async () => {
    const slow = await project('slow', 'echo begun; sleep 20');
    const running = await automatic('slow');
    const waiting = await accepted('scheduleDeployment', { route: slow, body: { environment: 'development' } });
    await deploymentWhen(running, ({ steps: [step] }) => step?.state === 'running');
    expect(await deploymentWhen(waiting.json.id, ({ state: now }) => now === 'queued')).toMatchObject({
      waitingFor: { code: 'lane-busy' },
    });
    await accepted('getDashboard');
    expect((await call('deleteRelease', { route: slow })).json).toMatchObject({ status: 409, code: 'release.not-deletable' });
    for (const deployment of [waiting.json.id as string, running]) {
      await accepted('cancelDeployment', { route: { deployment } });
      await deploymentWhen(deployment, ended);
    }
    await accepted('deleteRelease', { route: slow });
    await project('broken', 'exit 3');
    const failed = await deploymentWhen(await automatic('broken'), ended);
    expect(failed).toMatchObject({ state: 'failed', steps: [{ attempts: [{ exitCode: 3, error: {} }] }] });
  });

  it('fit each other where a person is asked', async () => {
    await accepted('createProject', { body: { slug: 'asking', lifecycle: 'web' } });
    const look = { name: 'Look', type: 'manual-intervention', input: { instructions: 'Is it all right?', responsible: 'ada' } };
    await accepted('changeProcess', { route: { project: 'asking' }, body: { steps: [look] } });
    const route = { project: 'asking', version: '1.0.0' };
    await accepted('createRelease', { route, body: { version: '1.0.0' } });
    const asking = await automatic('asking');
    await deploymentWhen(asking, ({ state: now }) => now === 'awaiting-intervention');
    const { id: second } = (await accepted('scheduleDeployment', { route, body: { environment: 'development' } })).json;
    await deploymentWhen(second, ({ state: now }) => now === 'queued');
    await accepted('prioritizeDeployment', { route: { deployment: second } });
    await accepted('cancelDeployment', { route: { deployment: second } });
    const { id: interruption } = (await accepted('listInterruptions', { query: `?deployment=${asking}&state=open` })).json.items[0];
    await accepted('takeInterruption', { route: { interruption } });
    await accepted('resolveInterruption', { route: { interruption }, body: examples['resolveInterruption']?.['proceed']?.value });
    await accepted('getInterruption', { route: { interruption } });
    expect(await deploymentWhen(asking, ended)).toMatchObject({ state: 'succeeded', steps: [{ outputs: { Ticket: 'OPS-7' } }] });
  });

  it('fit each other through the life of a webhook', async () => {
    expect((await sendExamples('createWebhook')).map(({ json }) => 'secret' in json)).toEqual([true, false]);
    await sendExamples('changeWebhook');
    await sendExamples('replayWebhook');
    for (const operationId of ['listWebhooks', 'getWebhook', 'listDeliveries', 'deleteWebhook']) await accepted(operationId);
  });

  it('fit each other through the life of a replay of events', async () => {
    await sendExamples('replayEvents');
    for (const operationId of ['cancelEventReplay', 'listEventReplays', 'getEventReplay']) await accepted(operationId);
  });

  it('fit each other where a message was given up', async () => {
    const dead = (await accepted('listDeadLetters', { query: '?topic=slipway.commands' })).json.items[0];
    expect(dead).toMatchObject({ group: 'slipway-commands', tries: 1, headers: { command: 'CreateRelease' } });
    const route = { deadLetter: dead.id as string };
    const { headers } = await accepted('replayDeadLetter', { route });
    const query = `?atLeast=${String(headers['slipway-position'])}`;
    expect((await accepted('getDeadLetter', { route, query })).json).toMatchObject({ replays: { times: 1, lastBy: 'ada' } });
  });

  it('fit each other through the life of a freeze', async () => {
    for (const operationId of ['createFreeze', 'changeFreeze']) await sendExamples(operationId);
    const [start, end] = [clock.timestamp(), timeAfter(clock.timestamp(), 3_600_000)];
    await accepted('createFreeze', { body: { slug: 'now', start, end, recurrence: { rule: 'FREQ=DAILY;COUNT=2' } } });
    expect((await accepted('listFreezes')).json.items).toMatchObject([{ slug: 'now', active: true, until: end }, {}, {}]);
    expect((await accepted('getProgression')).json.phases[0].environments[0]).toMatchObject({ allowed: false, notBefore: end });
    const overridden = { environment: 'development', overrideFreeze: { reason: 'The shop is down.' } };
    const { json } = await accepted('scheduleDeployment', { body: overridden });
    const { id: deployment } = await deploymentWhen(json.id as string, ended);
    const [back] = await sendExamples('rollBackDeployment', { deployment });
    await deploymentWhen(back?.json.id as string, ended);
    await accepted('getFreeze');
    for (const freeze of ['now', 'year-end', 'weekends']) await accepted('deleteFreeze', { route: { freeze } });
    const [again] = await sendExamples('redeployDeployment', { deployment });
    await deploymentWhen(again?.json.id as string, ended);
  });

  it('fit each other for everything that can be asked', async () => {
    for (const operationId of [
      'listEnvironments',
      'listLifecycles',
      'listProjects',
      'listReleases',
      'getRetention',
      'listDeployments',
      'listAuditEvents',
    ]) {
      expect((await accepted(operationId)).json.items.length).toBeGreaterThan(0);
    }
    for (const operationId of [
      'getEnvironment',
      'getLifecycle',
      'getProject',
      'listVariableSets',
      'getVariableSet',
      'getSetVariables',
      'getProcess',
      'getVariables',
      'getChannels',
      'getProgression',
      'getDashboard',
    ])
      await accepted(operationId);
    expect((await accepted('listEnvironments', { query: '?limit=1' })).json).toHaveProperty('next');
    const release = (await accepted('getRelease')).json;
    expect(release).toMatchObject({ deletable: false, links: [{ from: 'development', to: 'staging' }], notDeletable: [{}, {}] });
    expect((await accepted('getSnapshot', { query: '?snapshot=1' })).json.snapshots).toHaveLength(2);
    expect((await accepted('explainVariable', { query: '?name=host&environment=production&role=web' })).json.candidates).toHaveLength(2);
    expect((await accepted('compareReleases', { query: '?environment=staging' })).json).toMatchObject({
      same: false,
      from: { snapshot: 1 },
      to: { snapshot: 2 },
    });
    await accepted('explainEligibility', { query: '?environment=production' });
    for (const { id } of (await accepted('listDeployments')).json.items as Shown[]) {
      await accepted('explainDeployment', { route: { deployment: id } });
      expect((await accepted('getDeploymentEvents', { route: { deployment: id } })).json.items.length).toBeGreaterThan(1);
    }
    await accepted('getAuditStream');
    for (const verified of await sendExamples('verifyAudit')) expect(verified.json).toMatchObject({ verified: true });
    await accepted('listAuditEvents', { headers: { accept: 'application/x-ndjson' } });
    for (const operationId of ['live', 'ready', 'metrics']) await accepted(operationId);
  });

  it('fit each other where something is refused', async () => {
    const refusals: [string, Parameters<typeof call>[1], number][] = [
      ['createEnvironment', { body: { slug: 'No slug', colour: 'red' } }, 400],
      ['createEnvironment', { body: { slug: 'qa' }, headers: { origin: 'https://example.org' } }, 403],
      ['createEnvironment', { body: { slug: 'production' } }, 409],
      ['createRelease', { body: { version: '9.0.0', artifacts: { shop: '9' } } }, 422],
      ['createEnvironment', { body: 'slug=qa', headers: { 'content-type': 'text/plain' } }, 415],
      ['createEnvironment', { body: { slug: 'qa', description: 'x'.repeat(1_100_000) } }, 413],
      ['changeEnvironment', { body: { order: 1 }, headers: { 'if-match': '"99"' } }, 412],
      ['changeEnvironment', { body: { order: 1 }, headers: { 'if-match': 'nonsense' } }, 400],
      ['changeEnvironment', { body: { order: 1 }, route: { environment: 'nowhere' } }, 404],
      ['promoteRelease', { body: { to: 'development' } }, 409],
      ['getDeployment', {}, 404],
      ['getSnapshot', { query: '?snapshot=9' }, 404],
      ['getAuditStream', { route: { stream: 'nothing' } }, 404],
      ['listProjects', { query: '?limit=0&colour=red' }, 400],
      ['getDashboard', { query: '?asOf=soon' }, 400],
    ];
    for (const [operationId, options, status] of refusals) {
      const answer = await call(operationId, options);
      expect({ operationId, status: answer.status }).toEqual({ operationId, status });
    }
    expect(await late).toMatchObject({ status: 503, json: { code: 'read-model.behind' } });
  });

  it('were seen of every operation, in every type it can answer with', () => {
    const { contract } = calls;
    const promised = contract.operations().flatMap(({ operationId, responses }) =>
      Object.entries(responses)
        .filter(([status]) => status.startsWith('2'))
        .flatMap(([status, response]) =>
          'content' in response ? Object.keys(response.content ?? {}).map((type) => `${operationId} ${status} ${type}`) : [],
        ),
    );
    expect(promised.filter((one) => !contract.seen.has(one))).toEqual([]);
  });

  // RECORD_ANSWERS=1 npx jest apps/api/openapi/answers.spec.ts records what is missing or does not fit any more.
  it('are shown in the document as examples, which fit it too', () => {
    const { contract, recorded } = calls;
    const outdated = contract.outdatedExamples().filter((name) => recorded.has(name));
    if (process.env['RECORD_ANSWERS'] !== undefined) recorded.write(outdated);
    else expect(outdated).toEqual([]);
  });
});
