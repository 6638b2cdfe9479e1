import { silentLog, TOPICS } from '@slipway/kernel';
import { CommandIntake, declaredCommands } from '@slipway/platform';
import type { Document } from '../../../apps/api/openapi/document';
import { BusCaller } from '../../support/bus-caller';
import { commandValue } from '../../support/command-messages';
import { type CommandRouteCase, commandRoutes } from '../../support/command-routes';
import { InProcess } from '../../support/in-process';
import { prepared } from '../../support/prepared-shop';
import { API, Shop, SHOP } from '../../support/shop';

const names = commandRoutes().map(({ command }) => command);
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let app: InProcess;
let intake: CommandIntake;
let caller: BusCaller;
let routes: Map<string, CommandRouteCase>;
let document: Document;

beforeAll(async () => {
  app = await InProcess.start();
  const { bus, clock } = app.parts;
  intake = new CommandIntake({ bus, gateway: app.gateway, clock, log: silentLog });
  await intake.start();
  caller = await BusCaller.on(app.parts.bus);
  routes = new Map(commandRoutes(await prepared(await Shop.in(app))).map((one) => [one.command, one]));
  document = (await app.ask('GET', '/openapi.json')).json as Document;
});
afterAll(async () => {
  await caller.leave();
  await intake.stop();
  await app.stop();
});

const message = (command: string) => commandValue(routes.get(command)!, document);

describe('a command over the bus', () => {
  it('is any that HTTP takes', () => {
    const isPublic = declaredCommands().filter(({ exposure }) => exposure === 'public');
    expect(new Set(names)).toEqual(new Set(isPublic.map(({ name }) => name)));
  });

  it.each(names)('%s is answered with the resource, its version and its position, and says who did it', async (command) => {
    const { resource, mayBeOver } = routes.get(command)!;
    const before = await app.head();
    const headers = { 'command-id': `bus-${command}`, actor: 'Jürgen', traceparent: TRACEPARENT };
    const reply = await caller.ask({ command, body: message(command), headers });
    expect(reply.value).toEqual({
      status: 'accepted',
      position: expect.stringMatching(/^\d+$/) as string,
      version: expect.any(Number) as number,
      resource: expect.any(Object) as object,
    });
    expect(reply.headers).toEqual({ 'command-id': `bus-${command}`, 'correlation-id': reply.key });
    const events = (await app.parts.eventStore.readAll({ after: before })).filter(({ metadata }) => metadata.command === command);
    expect(events.length > 0 || mayBeOver).toBe(true);
    for (const { metadata } of events)
      expect(metadata).toMatchObject({ actor: 'Jürgen', correlationId: reply.key, traceparent: TRACEPARENT });
    if (resource === undefined) return;
    const read = await app.ask('GET', `${resource}?atLeast=${reply.value.position}`);
    expect([read.json, read.headers['etag']]).toEqual([reply.value.resource, `"${reply.value.version}"`]);
  });

  it.each(names)('%s is answered the same again to the same command-id, over HTTP too', async (command) => {
    const { method, path, body } = routes.get(command)!;
    const headers = { 'command-id': `bus-${command}`, actor: 'Jürgen' };
    const before = await app.head();
    const [first, again] = [
      await caller.ask({ command, body: message(command), headers }),
      await caller.ask({ command, body: message(command), headers }),
    ];
    expect(again.value).toEqual(first.value);
    const key = { 'idempotency-key': `bus-${command}`, 'slipway-actor': Buffer.from('Jürgen').toString('latin1') };
    const answer = await app.ask(method, path, { body, headers: key });
    expect([answer.json, answer.headers['slipway-position']]).toEqual([first.value.resource, first.value.position]);
    const mine = (await app.parts.eventStore.readAll({ after: before })).filter(({ metadata }) => metadata.command === command);
    expect(mine).toEqual([]);
  });

  it('is refused by the same rules, with the same problem', async () => {
    const asked: [string, Record<string, unknown>, string, string, object][] = [
      ['CreateEnvironment', { slug: 'staging' }, 'POST', `${API}/environments`, { slug: 'staging' }],
      ['CreateEnvironment', { slug: 'No slug', colour: 'red' }, 'POST', `${API}/environments`, { slug: 'No slug', colour: 'red' }],
      [
        'PromoteRelease',
        { project: 'shop', version: '1.0.0', to: 'development' },
        'POST',
        `${SHOP}/releases/1.0.0/promotions`,
        { to: 'development' },
      ],
      ['CancelDeployment', { deployment: 'none' }, 'POST', `${API}/deployments/none/cancel`, {}],
      ['CreateRelease', { project: 'shop', artifacts: {} }, 'POST', `${SHOP}/releases`, { artifacts: {} }],
    ];
    for (const [command, sent, method, path, body] of asked) {
      const { value, key } = await caller.ask({ command, body: sent });
      const { json } = await app.ask(method, path, { body, headers: { 'x-correlation-id': key } });
      expect(value).toEqual({ status: 'refused', problem: json });
    }
    expect(caller.deadLetters.filter(({ headers }) => headers['dead-letter-group'] === 'slipway-commands')).toEqual([]);
  });

  it('names everything in its value, and is told of what is missing or unknown there', async () => {
    const { value } = await caller.ask({ command: 'ChangeProject', body: { name: 'Shop', zebra: 1 } });
    expect(value.problem).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(value.problem.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(['/project', '/zebra']);
  });

  it('is decided on the version that if-match names, as the answer before told it', async () => {
    const first = (await caller.ask({ command: 'ChangeEnvironment', body: { environment: 'production', name: 'Live' } })).value;
    const body = { environment: 'production', name: 'Prod' };
    const headers = { 'if-match': String(first.version) };
    expect((await caller.ask({ command: 'ChangeEnvironment', body, headers })).value).toMatchObject({ status: 'accepted' });
    const late = await caller.ask({ command: 'ChangeEnvironment', body: { ...body, name: 'P' }, headers });
    expect(late.value.problem).toMatchObject({ status: 412, code: 'precondition.version' });
  });

  it('is refused under a command-id that was used for another one', async () => {
    const headers = { 'command-id': 'twice' };
    await caller.done('CreateEnvironment', { slug: 'once' }, headers);
    const { value } = await caller.ask({ command: 'CreateEnvironment', body: { slug: 'other' }, headers });
    expect(value.problem).toMatchObject({ status: 422, code: 'idempotency.key-reused' });
  });

  it('takes effect once without a command-id too, and is told the id that it was given', async () => {
    const { value, headers } = await caller.ask({ command: 'CreateEnvironment', body: { slug: 'nameless' } });
    expect([value.status, headers['command-id']]).toEqual(['accepted', expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  it('is answered in the topic that it names', async () => {
    const billing = await BusCaller.on(app.parts.bus, 'billing.answers');
    expect(await billing.done('CreateEnvironment', { slug: 'billing' })).toMatchObject({ slug: 'billing' });
    await billing.leave();
  });
});

describe('a message on slipway.commands that is no command', () => {
  const rubbish: [string, Parameters<BusCaller['send']>[0], object][] = [
    ['is no JSON', { command: 'CreateEnvironment', body: '{"slug":' }, { status: 400, code: 'request.malformed' }],
    [
      'has bytes in it that are no UTF-8',
      { command: 'CreateEnvironment', body: '{"slug":"x","name":"\uFFFD"}' },
      { code: 'request.malformed' },
    ],
    ['names no command', { body: {} }, { status: 400, errors: [{ pointer: 'header:command', message: expect.any(String) }] }],
    ['names an unknown one', { command: 'DropEverything' }, { status: 400, code: 'command.unknown' }],
    ['names an internal one', { command: 'StartDeployment', body: { deployment: 'x' } }, { status: 400, code: 'command.unknown' }],
    ['names one that everybody inherits', { command: 'constructor' }, { status: 400, code: 'command.unknown' }],
    ['has a command-id that is none', { command: 'CreateEnvironment', headers: { 'command-id': 'ä' } }, { status: 400 }],
    ['comes under a name of the system', { command: 'CreateEnvironment', headers: { actor: 'slipway/timers' } }, { status: 400 }],
  ];

  it.each(rubbish)('%s: is answered and set aside', async (_what, sent, problem) => {
    const before = await app.head();
    const reply = await caller.ask(sent);
    expect(reply.value).toEqual({ status: 'refused', problem: expect.objectContaining(problem) as object });
    const letter = await caller.deadLetter(reply.key);
    expect(letter.headers).toMatchObject({ 'dead-letter-tries': '1', 'dead-letter-group': 'slipway-commands' });
    expect(letter.headers['dead-letter-reason']).toContain(reply.value.problem.code);
    expect(await app.head()).toBe(before);
  });

  it.each([TOPICS.commands, TOPICS.deadLetters, 'slipway.tasks.default', 'slipway.events', 'no topic', '', '..', 'x'.repeat(250)])(
    'wants its answer on %j: is set aside, and nobody is answered',
    async (topic) => {
      const before = [await app.head(), caller.replies.length];
      const correlation = await caller.send({ command: 'CreateEnvironment', body: { slug: 'nobody' }, headers: { 'reply-to': topic } });
      expect((await caller.deadLetter(correlation)).headers['dead-letter-reason']).toMatch(/request.invalid: .*reply-to/);
      expect([await app.head(), caller.replies.length]).toEqual(before);
    },
  );

  it('wants its answer on a topic that there is not: takes effect, and is set aside saying so', async () => {
    const headers = { 'reply-to': 'missing.topic' };
    const correlation = await caller.send({ command: 'CreateEnvironment', body: { slug: 'deaf' }, headers });
    const { headers: said } = await caller.deadLetter(correlation);
    expect(said['dead-letter-reason']).toMatch(/^reply\.no-topic: The command was accepted, at position \d+; .* missing\.topic/);
    expect((await app.ask('GET', `${API}/environments/deaf`)).status).toBe(200);
  });

  it('shows nothing of what it says', async () => {
    const { value, key } = await caller.ask({ command: 'CreateWebhook', body: '{"secret":"whsec_abc", oops' });
    const letter = await caller.deadLetter(key);
    expect(`${JSON.stringify(value)} ${letter.headers['dead-letter-reason']}`).not.toContain('whsec');
  });
});

describe('a dead letter of a command', () => {
  it('can be found and replayed over HTTP, and then takes effect as if it had never died', async () => {
    const headers = { 'reply-to': 'late.topic', 'command-id': 'late', actor: 'ada' };
    const correlation = await caller.send({ command: 'CreateEnvironment', body: { slug: 'late', name: 'First' }, headers });
    await caller.deadLetter(correlation);
    const shop = new Shop(app);
    const isIt = ({ headers: said }: { headers: Record<string, string> }) => said['correlation-id'] === correlation;
    const listed = await shop.shows(
      `${API}/dead-letters?topic=${TOPICS.commands}`,
      ({ items = [] }) => items.some(isIt),
      'the dead letter',
    );
    const dead = listed.items.find(isIt);
    expect(dead).toMatchObject({
      group: 'slipway-commands',
      topic: TOPICS.commands,
      tries: 1,
      headers: { 'reply-to': 'late.topic', actor: 'ada' },
    });
    expect(JSON.stringify(dead)).not.toContain('First');
    const late = await BusCaller.on(app.parts.bus, 'late.topic');
    const before = await app.head();
    const replayed = await app.ask('POST', `${API}/dead-letters/${dead.id}/replay`, { headers: { 'slipway-actor': 'bob' } });
    expect(replayed.status).toBe(202);
    expect((await late.reply(correlation)).value).toMatchObject({ status: 'accepted', resource: { slug: 'late', name: 'First' } });
    const [event, ...more] = await app.parts.eventStore.readAll({ after: before });
    expect([event, more]).toMatchObject([
      { type: 'DeadLetterReplayRequested', metadata: { actor: 'bob' }, data: { deadLetter: dead.id } },
      [],
    ]);
    const shown = await app.ask('GET', `${API}/dead-letters/${dead.id}?atLeast=${event!.position}`);
    expect(shown.json).toEqual({ ...dead, replays: { times: 1, lastAt: event!.metadata.at, lastBy: 'bob' } });
    await late.leave();
  });

  it('is found by topic, by group and by time, and not where there is none', async () => {
    const list = async (query: string) => (await app.ask('GET', `${API}/dead-letters?${query}`)).json.items.length as number;
    const all = await list('limit=200');
    expect(all).toBeGreaterThan(5);
    expect(await list('limit=200&group=slipway-commands')).toBe(all - 1);
    expect(await list('topic=slipway.progress')).toBe(0);
    expect(await list('since=2000-01-01T00:00:00Z&limit=200')).toBe(all);
    expect(await list('since=2099-01-01T00:00:00Z')).toBe(0);
    for (const [method, path] of [
      ['GET', `${API}/dead-letters/none`],
      ['POST', `${API}/dead-letters/none/replay`],
    ] as const)
      expect((await app.ask(method, path)).json).toMatchObject({ status: 404, code: 'dead-letter.not-found' });
  });
});
