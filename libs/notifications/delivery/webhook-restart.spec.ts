import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { settle } from '@slipway/kernel/testing';
import { deliveriesTable } from './deliveries';
import { type Receiver, WebhookSystem } from './webhook-system.fixture';

const HOUR = 3_600_000;

describe('a webhook, after a restart,', () => {
  let system: WebhookSystem;
  let receiver: Receiver;

  beforeEach(async () => {
    system = new WebhookSystem();
    await system.start();
    receiver = await system.receiver();
  });
  afterEach(() => system.close());

  it('goes on where it was, and keeps to the time of the next try', async () => {
    receiver.status(503);
    await system.webhook('chat', receiver.server.url());
    await system.happened('a', 'b');
    const { nextAt } = await system.delivery('chat', 'a', 'retrying', 1);
    await system.stop();
    await system.start();
    await settle(20);
    await receiver.got(1);
    await system.stop();
    await system.happened('c');
    receiver.status(200);
    await system.start();
    await system.clock.advance(Date.parse(nextAt!) - system.clock.now());
    await system.delivered('chat', 'c');
    expect(receiver.told.map((told) => told.at(-1))).toEqual(['a', 'a', 'b', 'c']);
  });

  it('sends again what was on its way, and the receiver knows it by its id', async () => {
    receiver.answer = () => undefined;
    await system.webhook('chat', receiver.server.url());
    await system.happened('a', 'b');
    await receiver.got(1);
    await system.stop();
    receiver.status(200);
    await system.start();
    await system.delivered('chat', 'b');
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size, ids[0] === ids[1]]).toEqual([3, 2, true]);
  });

  it('sends nothing, and keeps nothing of what was on its way, while somebody else may hold its lease', async () => {
    await system.stop();
    let mine = true;
    await system.start(() => mine);
    receiver.answer = (response) => {
      mine = false;
      response.writeHead(503).end();
    };
    await system.webhook('chat', receiver.server.url());
    await system.happened('a');
    await receiver.got(1);
    await system.clock.advance(60_000);
    await receiver.got(1);
    expect(await system.deliveries('chat')).toEqual([]);
    [mine] = [true, receiver.status(200)];
    await system.clock.advance(60_000);
    await system.delivered('chat', 'a');
  });

  it('misses nothing that happened between its creation and the death of the process', async () => {
    await system.stop();
    await system.webhookUnnoticed('chat', receiver.server.url());
    await system.happened('a');
    await system.start();
    await system.delivered('chat', 'a');
    await receiver.got(1);
  });

  it('with a clock that was set back waits no longer than any pause', async () => {
    receiver.status(500);
    await system.webhook('chat', receiver.server.url());
    await system.clock.advance(1_000 * HOUR);
    await system.happened('a');
    const late = await system.delivery('chat', 'a', 'retrying', 1);
    await system.stop();
    const row = { ...late, nextAt: new Date(system.clock.now() + 900 * HOUR).toISOString() };
    await system.rows.write([{ table: deliveriesTable, key: ['chat', row.position, false], row }]);
    receiver.status(200);
    await system.start();
    await system.clock.advance(HOUR);
    await system.delivered('chat', 'a');
  });

  it('without its read store sends what happens from now on, and nothing of years ago', async () => {
    await system.webhook('chat', receiver.server.url());
    await system.happened('a');
    await system.delivered('chat', 'a');
    await system.stop();
    await system.rows.close();
    system.rows = new SqliteReadStore(':memory:');
    await system.start();
    await system.happened('b');
    await system.delivered('chat', 'b');
    expect(receiver.told).toEqual(['EnvironmentCreated a', 'EnvironmentCreated b']);
  });

  it.each(Array.from({ length: 7 }, (_, index) => index + 1))(
    'killed at its effect number %i, sends everything, in order',
    async (number) => {
      receiver.answer = (response, { body }) => {
        const works = !body.includes('"slug":"b"') || receiver.requests.filter((request) => request.body === body).length > 1;
        response.writeHead(works ? 200 : 500).end();
      };
      await system.stop();
      await system.webhookUnnoticed('chat', receiver.server.url());
      await system.happened('a', 'b');
      await system.happened('c');
      let effects = 0;
      system.after = (_effect, life) => {
        effects += 1;
        if (effects === number) life.kill();
      };
      for (let over = false; !over;) {
        if (system.dead) await system.start();
        await system.clock.advance(1_000);
        over = (await system.deliveries('chat').catch(() => [])).some(
          ({ stream, state }) => stream === 'environment-c' && state === 'delivered',
        );
      }
      const order = receiver.told.map((told) => told.at(-1)!);
      expect(order.filter((slug, index) => slug !== order[index - 1])).toEqual(['a', 'b', 'c']);
      expect(order.length).toBeLessThanOrEqual(5);
      expect(effects).toBeGreaterThanOrEqual(number);
    },
  );
});
