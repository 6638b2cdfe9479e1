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
});
