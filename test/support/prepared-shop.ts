import { deadLetterOf, type Delivery } from '@slipway/kernel';
import { API, ELSEWHERE, SHOP, type Shop } from './shop';

/** Where nobody listens, told of what never happens here. */
export const NOBODY = 'http://127.0.0.1:9/';
export const QUIET = { types: ['WebhookDeleted'], projects: ['none'] };

/** What there is to be told about: ids. */
export interface Prepared {
  /** A deployment of the shop that waits until tomorrow. */
  readonly waiting: string;
  /** Of another project: one that another release's success came before, … */
  readonly undone: string;
  /** … the last one in its lane, … */
  readonly last: string;
  /** … and what the holder of the lane asks a person. */
  readonly interruption: string;
  /** A message that nobody waits for any more, given up. */
  readonly deadLetter: string;
}

/** What the routes below find in the shop. */
export async function prepared(shop: Shop): Promise<Prepared> {
  await shop.release('1.0.0');
  await shop.deployed('1.0.0', 'development');
  await shop.release('0.9.0');
  const at = new Date(shop.app.parts.clock.now() + 86_400_000).toISOString();
  const { id } = await shop.done('POST', `${SHOP}/releases/1.0.0/deployments`, { environment: 'development', at });
  await shop.done('PUT', `${SHOP}/variables`, { variables: [{ name: 'Colour', value: 'red' }] });
  await shop.done('POST', `${API}/variable-sets`, { slug: 'mail' });
  await shop.done('POST', `${API}/freezes`, { slug: 'winter', start: '2099-12-20T17:00:00Z', end: '2099-12-27T07:00:00Z' });
  await shop.done('POST', `${API}/webhooks`, { slug: 'ops', url: NOBODY, filter: QUIET });
  await shop.done('POST', `${API}/events/replays`, { slug: 'early', to: '0' });
  await shop.shows(`${API}/events/replays/early`, ({ state }) => state === 'finished', 'the replay to finish');
  return { waiting: id, deadLetter: await deadLetter(shop), ...(await asking(shop)) };
}

/** Sets a reply aside that nobody wants. */
async function deadLetter(shop: Shop): Promise<string> {
  const reply: Delivery = { topic: 'slipway.replies', key: 'gone', value: '{}', headers: {}, partition: 0, offset: 0n, publishedAt: 0 };
  await shop.app.parts.bus.publish([deadLetterOf(reply, { group: 'nobody', tries: 5, error: new Error('nobody reads it') })]);
  const { items } = await shop.shows(`${API}/dead-letters?group=nobody`, (page) => page.items?.length > 0, 'the dead letter to be kept');
  return items[0].id;
}

/** A project whose deployments ask a person: nothing in its lane ends by itself. */
async function asking(shop: Shop): Promise<Omit<Prepared, 'waiting' | 'deadLetter'>> {
  const path = `${API}/projects/ops`;
  const approve = { name: 'Approve', type: 'manual-intervention', input: { instructions: 'Look.' } };
  await shop.done('POST', `${API}/projects`, { slug: 'ops', lifecycle: 'web' });
  await shop.done('PUT', `${path}/process`, { steps: [approve, ELSEWHERE] });
  const deploy = async (version: string, more: object = {}): Promise<string> =>
    (await shop.done('POST', `${path}/releases/${version}/deployments`, { environment: 'development', ...more })).id;
  const done: string[] = [];
  for (const version of ['1.0.0', '2.0.0']) {
    await shop.done('POST', `${path}/releases`, { version });
    done.push(await deploy(version, { exclude: ['Approve'] }));
    await shop.ended(done.at(-1)!);
  }
  const holder = await deploy('2.0.0');
  await shop.until(holder, 'awaiting-intervention');
  const [, last] = [await deploy('2.0.0'), await deploy('2.0.0')];
  await shop.once(last, ({ waitingFor }) => waitingFor?.facts.position === 2, 'last in line');
  const { items } = await shop.sees(`${API}/interruptions?deployment=${holder}`);
  return { undone: done[1]!, last, interruption: items[0].id };
}
