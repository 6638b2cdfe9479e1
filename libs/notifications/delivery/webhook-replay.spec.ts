import { eventually } from '@slipway/kernel/testing';
import { type Receiver, WebhookSystem } from './webhook-system.fixture';

describe('a webhook, asked to replay,', () => {
  let system: WebhookSystem;
  let receiver: Receiver;

  beforeEach(async () => {
    system = new WebhookSystem();
    await system.start();
    receiver = await system.receiver();
  });
  afterEach(() => system.close());

  const replay = (data: object) => system.ask('chat', { type: 'ReplayWebhook', data: { deadLettersOnly: false, ...data } });
  const finished = async () => {
    await eventually(
      () => system.events.page(0n, 1_000).events.some(({ type }) => type === 'WebhookReplayFinished'),
      'the end of a replay',
    );
    await system.noticed();
  };

  it('sends again what happened from there on, says so, and leaves what is sent anyway alone', async () => {
    const from = await system.happened('old');
    await system.webhook('chat', receiver.server.url());
    await system.happened('a', 'b');
    await system.delivered('chat', 'b');
    await replay({ from: String(from) });
    await finished();
    await system.happened('c');
    await system.delivered('chat', 'c');
    expect(receiver.told.map((told) => told.split(' ')[1])).toEqual(['a', 'b', 'old', 'a', 'b', 'c']);
    expect(receiver.requests.map(({ headers }) => headers['slipway-replay'])).toEqual([
      undefined,
      undefined,
      'true',
      'true',
      'true',
      undefined,
    ]);
    expect(await system.state('chat')).toMatchObject({ webhook: expect.not.objectContaining({ replay: expect.anything() }) });
    expect((await system.deliveries('chat')).map(({ replay: again }) => again)).toEqual(expect.arrayContaining([true, false]));
  });

  it('leaves nothing behind that says how far it came: nor does a webhook that is deleted', async () => {
    const kept = async () => [...(await system.rows.checkpoints()).keys()].filter((name) => name.startsWith('webhook-')).sort();
    await system.webhook('chat', receiver.server.url());
    const first = await system.happened('a');
    await replay({ from: String(first) });
    await finished();
    expect(await kept()).toEqual(['webhook-chat']);
    await system.ask('chat', { type: 'DeleteWebhook', data: {} });
    await system.noticed();
    expect(await kept()).toEqual([]);
  });

  it('sends from one position to another only', async () => {
    await system.webhook('chat', receiver.server.url());
    const first = await system.happened('a');
    await system.happened('b', 'c');
    await system.delivered('chat', 'c');
    await replay({ from: String(first + 1n), to: String(first + 1n) });
    await finished();
    expect(receiver.told.at(-1)).toBe('EnvironmentCreated b');
    await receiver.got(4);
  });

  it('of its dead letters sends those alone, and they are none any more', async () => {
    receiver.answer = (response, { body }) => void response.writeHead(body.includes('"slug":"x') ? 400 : 200).end();
    await system.webhook('chat', receiver.server.url());
    await system.happened('a', 'x1', 'x2');
    for (const slug of ['x1', 'x2']) await system.givenUp('chat', slug);
    receiver.status(200);
    await replay({ from: '0', deadLettersOnly: true });
    await finished();
    expect(receiver.told.slice(-2)).toEqual(['EnvironmentCreated x1', 'EnvironmentCreated x2']);
    expect((await system.deliveries('chat')).filter(({ state }) => state === 'dead')).toEqual([]);
  });

  it('goes on with it after a restart, where it was', async () => {
    await system.webhook('chat', receiver.server.url());
    await system.happened('a', 'b', 'c');
    await system.delivered('chat', 'c');
    receiver.answer = (response, { body }) => void response.writeHead(body.includes('"slug":"b"') ? 500 : 200).end();
    await replay({ from: '0' });
    await system.delivery('chat', 'b', 'retrying', 1);
    await system.stop();
    receiver.status(200);
    await system.start();
    await system.clock.advance(10_000);
    await finished();
    expect(receiver.told.slice(3).map((told) => told.split(' ')[1])).toEqual(['a', 'b', 'b', 'c']);
  });
});
