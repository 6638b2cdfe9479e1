import { timeAfter } from '@slipway/kernel';
import { NOW } from '@slipway/kernel/testing/given-when-then';
import type { Delivery } from './deliveries';
import { afterTry, FAILURES, LONGEST_PAUSE_MS, type Outcome, REFUSALS } from './retry-policy';

const untried: Delivery = {
  webhook: 'chat',
  replay: false,
  position: 7n,
  event: 'event-7',
  type: 'ReleaseCreated',
  stream: 'release-shop@1.0.0',
  state: 'retrying',
  tries: 0,
  firstAt: '',
  lastAt: '',
  nextAt: null,
  status: null,
  error: null,
};
const failed: Outcome = { kind: 'failed', error: 'nobody listens' };

/** Every try with the same outcome, each at the time that the one before it set. */
function life(outcome: Outcome, fraction = 0.5): Delivery[] {
  const tries: Delivery[] = [];
  for (let last = untried; last.state === 'retrying'; tries.push(last))
    last = afterTry(last, outcome, { now: last.nextAt ?? NOW, fraction });
  return tries;
}

const pauses = (tries: readonly Delivery[]) =>
  tries.filter(({ nextAt }) => nextAt !== null).map(({ lastAt, nextAt }) => (Date.parse(nextAt!) - Date.parse(lastAt)) / 1_000);

describe('a delivery', () => {
  it('is over when the receiver took it, whatever was before', () => {
    const before = afterTry(untried, failed, { now: NOW, fraction: 0 });
    const after = afterTry(before, { kind: 'delivered', status: 202 }, { now: timeAfter(NOW, 9_000), fraction: 0 });
    expect(after).toEqual({ ...untried, state: 'delivered', tries: 2, firstAt: NOW, lastAt: timeAfter(NOW, 9_000), status: 202 });
  });

  it('to a receiver that does not work is tried for about a day, with pauses from 5 s to 1 h', () => {
    const tries = life(failed);
    expect(tries.length).toBe(FAILURES);
    expect(pauses(tries).slice(0, 12)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]);
    expect(tries.at(-1)).toMatchObject({ state: 'dead', nextAt: null, error: 'nobody listens' });
    const hours = (Date.parse(tries.at(-1)!.lastAt) - Date.parse(NOW)) / 3_600_000;
    expect(hours).toBeGreaterThan(22);
    expect(hours).toBeLessThan(26);
  });

  it('that a working receiver does not want is tried for some minutes', () => {
    const tries = life({ kind: 'refused', status: 400, error: 'no' });
    expect(tries.length).toBe(REFUSALS);
    expect(pauses(tries)).toEqual([5, 10, 20, 40, 80]);
    expect(tries.at(-1)).toMatchObject({ state: 'dead', status: 400 });
  });

  it('has pauses that chance makes shorter or longer by a fifth, though none above an hour', () => {
    expect(pauses(life(failed, 0)).slice(0, 2)).toEqual([4, 8]);
    expect(pauses(life(failed, 1)).slice(0, 2)).toEqual([6, 12]);
    expect(Math.max(...pauses(life(failed, 1)))).toBe(LONGEST_PAUSE_MS / 1_000);
  });

  it('waits for as long as its receiver asks, if that is longer, within an hour', () => {
    const asked = (retryAfterMs: number) => pauses([afterTry(untried, { ...failed, retryAfterMs }, { now: NOW, fraction: 0.5 })]);
    expect([asked(1_000), asked(60_000), asked(1e12)]).toEqual([[5], [60], [3_600]]);
  });
});
