import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, SHOP, Shop } from '../../support/shop';

/** Steps that no worker runs, so that everything is decided here. */
const APPROVE = {
  name: 'Approve',
  type: 'manual-intervention',
  input: { instructions: 'Look at #{Slipway.Environment}.', responsible: 'operations' },
};
const as = (actor: string) => ({ headers: { 'Slipway-Actor': actor } });

describe('a deployment that waits for a person', () => {
  let app: InProcess;
  let shop: Shop;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    await shop.done('PUT', `${SHOP}/process`, { steps: [APPROVE, { ...APPROVE, name: 'Tell', environments: ['production'] }] });
    await shop.release('1.0.0');
  });
  afterAll(() => app.stop());

  async function waiting() {
    const { id } = await shop.done('POST', `${SHOP}/releases/1.0.0/deployments`, { environment: 'development' });
    const deployment = await shop.until(id, 'awaiting-intervention');
    const { items } = await shop.sees(`${API}/interruptions?deployment=${id}`);
    return { id, deployment, interruption: items[0] };
  }

  it('says whom it waits for, and what it may be answered', async () => {
    const { deployment, interruption } = await waiting();
    expect(interruption).toMatchObject({
      kind: 'manual-intervention',
      instructions: 'Look at development.',
      responsible: 'operations',
      answers: ['proceed', 'abort'],
      state: 'open',
    });
    expect(deployment.waitingFor).toMatchObject({ code: 'interruption-open', facts: { interruption: interruption.id } });
    await shop.done('POST', `${API}/deployments/${deployment.id}/cancel`, {});
  });

  it('is taken by one person, a second is refused; who took it answers, and it goes on', async () => {
    const { id, interruption } = await waiting();
    const way = `${API}/interruptions/${interruption.id}`;
    expect(await refused(app, 'POST', `${way}/resolve`, { body: { answer: 'proceed' }, ...as('ada') })).toMatchObject({
      status: 409,
      code: 'interruption.not-taken',
    });
    expect((await app.ask('POST', `${way}/take`, as('ada'))).json).toMatchObject({ state: 'taken', takenBy: 'ada' });
    expect(await refused(app, 'POST', `${way}/take`, as('bob'))).toMatchObject({ status: 409, code: 'interruption.taken' });
    expect(await refused(app, 'POST', `${way}/resolve`, { body: { answer: 'proceed' }, ...as('bob') })).toMatchObject({ status: 409 });
    expect(await refused(app, 'POST', `${way}/resolve`, { body: { answer: 'retry' }, ...as('ada') })).toMatchObject({
      status: 409,
      code: 'interruption.answer-not-offered',
      pointers: ['/answer'],
    });
    const body = { answer: 'proceed', notes: 'fine', outputs: { Ticket: 'OPS-7' } };
    expect((await app.ask('POST', `${way}/resolve`, { body, ...as('ada') })).json).toMatchObject({
      state: 'resolved',
      answer: 'proceed',
      notes: 'fine',
    });
    expect(await shop.ended(id)).toBe('succeeded');
    const { steps } = await shop.sees(`${API}/deployments/${id}`);
    expect(steps[0]).toMatchObject({ state: 'succeeded', outputs: { Ticket: 'OPS-7', 'Manual.Notes': 'fine', 'Manual.Approved': 'True' } });
    expect(await refused(app, 'POST', `${way}/resolve`, { body, ...as('bob') })).toMatchObject({
      status: 409,
      code: 'interruption.resolved',
    });
  });

  it('fails when it is aborted, and ends at once when it is cancelled', async () => {
    const first = await waiting();
    await app.ask('POST', `${API}/interruptions/${first.interruption.id}/take`, as('ada'));
    await app.ask('POST', `${API}/interruptions/${first.interruption.id}/resolve`, {
      body: { answer: 'abort', notes: 'not today' },
      ...as('ada'),
    });
    expect(await shop.ended(first.id)).toBe('failed');
    expect((await shop.sees(`${API}/deployments/${first.id}`)).reason.message).toContain('aborted by ada: not today');
    const second = await waiting();
    await shop.done('POST', `${API}/deployments/${second.id}/cancel`, {});
    expect(await shop.ended(second.id)).toBe('cancelled');
    expect(await shop.sees(`${API}/interruptions/${second.interruption.id}`)).toMatchObject({ state: 'resolved' });
  });

  it('is taken by one of many who try at once, and answered once however often that one says it', async () => {
    const { id, interruption } = await waiting();
    const way = `${API}/interruptions/${interruption.id}`;
    const people = Array.from({ length: 10 }, (_, number) => `person-${number}`);
    const takes = await Promise.all(people.map((actor) => app.ask('POST', `${way}/take`, as(actor))));
    const taker = people[takes.findIndex(({ status }) => status === 202)]!;
    expect(takes.filter(({ status }) => status !== 202).map(({ json }) => [json.code, json.facts.takenBy])).toEqual(
      people.slice(1).map(() => ['interruption.taken', taker]),
    );
    const asked = { body: { answer: 'proceed' }, ...as(taker) };
    const answers = await Promise.all(people.map(() => app.ask('POST', `${way}/resolve`, asked)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status !== 202).map(({ json }) => json.code)).toEqual(
      people.slice(1).map(() => 'interruption.resolved'),
    );
    expect(await shop.ended(id)).toBe('succeeded');
  });

  it('that is answered and cancelled at once ends once, whichever was faster', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id, interruption } = await waiting();
      const way = `${API}/interruptions/${interruption.id}`;
      await app.ask('POST', `${way}/take`, as('ada'));
      const [answer, cancel] = await Promise.all([
        app.ask('POST', `${way}/resolve`, { body: { answer: 'abort' }, ...as('ada') }),
        app.ask('POST', `${API}/deployments/${id}/cancel`),
      ]);
      const state = await shop.ended(id);
      expect([answer.status, cancel.status, state]).toEqual(state === 'failed' ? [202, 409, state] : [409, 202, state]);
    }
  });

  it('is found by project, deployment and state, the newest first; other filters are refused', async () => {
    const { id, interruption } = await waiting();
    const found = async (query: string) => (await shop.sees(`${API}/interruptions?${query}`)).items.map((one: { id: string }) => one.id);
    expect(await found(`deployment=${id}&state=open`)).toEqual([interruption.id]);
    expect(await found(`deployment=${id}&state=resolved`)).toEqual([]);
    expect((await found('project=shop'))[0]).toBe(interruption.id);
    expect(await found('project=blog')).toEqual([]);
    const all = await found('limit=200');
    const { items, next } = await shop.sees(`${API}/interruptions?limit=1`);
    expect([items[0].id, typeof next]).toEqual([all[0], 'string']);
    for (const query of ['state=asleep', 'step=Approve', 'limit=0']) {
      expect(await refused(app, 'GET', `${API}/interruptions?${query}`)).toMatchObject({ status: 400 });
    }
    await shop.done('POST', `${API}/deployments/${id}/cancel`, {});
  });

  it('is refused where it is none', async () => {
    const nobody = `${API}/interruptions/019b8d2e-0000-7000-8000-000000000001`;
    for (const [method, path] of [
      ['GET', nobody],
      ['POST', `${nobody}/take`],
    ] as const)
      expect(await refused(app, method, path)).toMatchObject({ status: 404, code: 'interruption.not-found' });
    expect(await refused(app, 'POST', `${nobody}/resolve`, { body: { answer: 'proceed' } })).toMatchObject({ status: 404 });
  });
});
