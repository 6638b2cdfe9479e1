import { EventStoreDBClient, NO_STREAM, NotLeaderError } from '@eventstore/db-client';
import { eventually } from '@slipway/kernel/testing';
import { afterRestart, all, event, events, failureOf, Plain } from './double.fixture';
import { EventStoreDbDouble } from './eventstoredb-double';

describe('the double of EventStoreDB: faults', () => {
  const on = new Plain();
  beforeEach(() => on.open());
  afterEach(() => on.close());

  it('killed, fails what is in flight and refuses connections; restarted, it has what it acknowledged', async () => {
    await on.client.appendToStream('s', event());
    on.double.faults.fallSilent();
    const inFlight = failureOf(on.client.appendToStream('s', event()));
    await new Promise((resolve) => setImmediate(resolve));
    on.double.stop();
    expect(await inFlight).toMatchObject({ code: 14 });
    expect(await failureOf(on.client.appendToStream('s', event()))).toMatchObject({ code: 14 });
    on.double.faults.speak();
    await on.double.listen();
    expect(await afterRestart(() => all(on.client.readStream('s')))).toHaveLength(1);
  });

  it('told to end, goes on for a while, then stores what is in flight without saying so', async () => {
    const ended = on.double.end(300);
    for (let revision = 0n; revision < 5n; revision += 1n)
      expect(await on.client.appendToStream('s', event())).toMatchObject({ nextExpectedRevision: revision });
    on.double.faults.fallSilent();
    const inFlight = [failureOf(on.client.appendToStream('s', event())), failureOf(on.client.appendToStream('s', event()))];
    await ended;
    for (const failed of await Promise.all(inFlight))
      expect(failed).toMatchObject({ code: 13, message: expect.stringMatching('RST_STREAM') });
    expect(await failureOf(on.client.appendToStream('s', event()))).toMatchObject({ code: 14 });
    await on.double.listen();
    expect(await afterRestart(() => all(on.client.readStream('s')))).toHaveLength(7);
  });

  it('silent, answers nothing; when it speaks again it does what it was asked meanwhile', async () => {
    await on.client.appendToStream('s', event());
    on.double.faults.fallSilent();
    let answered = false;
    const appended = on.client.appendToStream('s', event()).then(() => (answered = true));
    const read = all(on.client.readStream('other')).catch(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(false);
    on.double.faults.speak();
    await Promise.all([appended, read]);
    expect(await all(on.client.readStream('s'))).toHaveLength(2);
  });

  it('cuts calls and keeps connections', async () => {
    const following = failureOf(all(on.client.subscribeToAll()));
    await on.client.appendToStream('s', event());
    on.double.cutCalls();
    expect(await following).toMatchObject({ code: 14 });
    expect(await afterRestart(() => on.client.appendToStream('s', event()))).toMatchObject({ nextExpectedRevision: 1n });
  });

  it.each([
    ['cut', { type: 'unavailable', code: 14 }],
    ['reset', { type: 'unknown', code: 13 }],
    ['timeout', { type: 'deadline-exceeded' }],
  ] as const)('stores an append and does not say so (%s)', async (by, told) => {
    on.double.faults.loseAnswers(1, by);
    const one = event();
    const lost = await failureOf(on.client.appendToStream('s', one, { expectedRevision: NO_STREAM }));
    expect(lost).toMatchObject(told);
    const again = await afterRestart(() => on.client.appendToStream('s', one, { expectedRevision: NO_STREAM }));
    expect(again).toMatchObject({ nextExpectedRevision: 0n });
    expect(await all(on.client.readStream('s'))).toHaveLength(1);
  });

  it('is not the leader, and says who is', async () => {
    const leader = await EventStoreDbDouble.start();
    on.double.faults.leadElsewhere(1, leader.address);
    const refused = await failureOf(on.client.appendToStream('s', event()));
    expect(refused).toBeInstanceOf(NotLeaderError);
    expect(refused).toMatchObject({ leader: { address: leader.address.host, port: leader.address.port } });
    await afterRestart(() => on.client.appendToStream('s', event()));
    expect(leader.database.visible('s')).toHaveLength(1);
    expect(on.double.database.visible('s')).toHaveLength(0);
    await on.client.dispose();
    leader.stop();
  });

  it('tells those who discover the cluster where its leader is', async () => {
    const leader = await EventStoreDbDouble.start();
    on.double.leader = leader.address;
    const discovering = EventStoreDBClient.connectionString(on.double.url.replace('esdb:', 'esdb+discover:'));
    await discovering.appendToStream('s', event());
    expect(leader.database.visible('s')).toHaveLength(1);
    await discovering.dispose();
    leader.stop();
  });

  it('is not ready', async () => {
    on.double.faults.beUnready(2);
    expect(await failureOf(on.client.appendToStream('s', event()))).toMatchObject({ message: 'Could not recognize Server Is Not Ready' });
    expect(await failureOf(all(on.client.readStream('s')))).toMatchObject({ code: 14 });
  });

  it('drops a subscriber that it is slow to serve', async () => {
    on.double.faults.slowSubscriptionMs = 20;
    const following = on.client.subscribeToAll();
    const dropped = failureOf(all(following));
    await new Promise((resolve) => following.once('caughtUp', resolve));
    for (let turn = 0; turn < 6; turn += 1) await on.client.appendToStream('s', events(10));
    expect(await dropped).toMatchObject({ code: 10 });
    await eventually(() => on.double.database.followers.size === 0, 'the subscription to be forgotten');
  });
});
