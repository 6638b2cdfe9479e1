import { setTimeout as pause } from 'node:timers/promises';
import type { Deployment } from '../../support/answers';
import { faultsIn } from '../../support/processes/chain';
import { linesOf } from '../support/machine';
import { script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

const ENDS = ['succeeded', 'failed', 'cancelled', 'expired', 'refused'];

describe('kill -9, again and again, while deployments are scheduled, queued and running', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);

  tells(`every deployment ends, each step ran at most once, and never two at a time in a lane (SEED=${seed})`, async () => {
    const notes = slipway.file('notes');
    const note = (what: string) => `echo "${what} $SLIPWAY_DEPLOYMENT $SLIPWAY_STEP $$" >> '${notes}'`;
    const step = (name: string) => script(name, `${note('begin')}; sleep 0.15; ${note('end')}`);
    const shop = await slipway.project([step('one'), step('two')]);
    await shop.cut('1.0.0');
    const asked: Deployment[] = [];
    for (let number = 0; number < 6; number += 1) {
      const at = number % 2 === 0 ? {} : { at: new Date(Date.now() + 400 * number).toISOString() };
      asked.push(await shop.deploy('1.0.0', 'development', at));
    }
    // A small generator is enough: what counts is that the moments can be had again.
    let random = seed;
    for (let kill = 0; kill < 3; kill += 1) {
      random = (random * 48_271 + 11) % 2_147_483_647;
      await pause(50 + (random % 450));
      await slipway.process.kill();
      // Also in the middle of a start.
      const starting = slipway.process.start().catch(() => undefined);
      await pause(100 + (random % 900));
      await slipway.process.kill();
      await starting;
      await slipway.process.start();
    }
    const ended = await Promise.all(asked.map((deployment) => client.until(deployment, ...ENDS)));
    // Nothing but a lost step can have failed.
    for (const { state, steps } of ended) {
      expect(['succeeded', 'failed']).toContain(state);
      if (state === 'failed') expect(steps.some((one) => one.state === 'lost')).toBe(true);
    }
    const begun = linesOf(notes)
      .filter((line) => line.startsWith('begin'))
      .map((line) => line.split(' ').slice(1, 3).join(' '));
    expect(new Set(begun).size).toBe(begun.length);
    // In a lane whoever has ended is over before the next begins: the deployments come in one piece each.
    const order = begun.map((line) => line.split(' ')[0]).filter((id, at, all) => id !== all[at - 1]);
    expect(new Set(order).size).toBe(order.length);
    await slipway.process.stop();
    expect(faultsIn(await slipway.process.storedEvents())).toEqual([]);
  });
});
