import { ManualClock } from '@slipway/kernel/testing';
import { leasesContract } from '@slipway/kernel/testing/leases.contract';
import { MemoryLeases } from './memory-leases';

leasesContract('in memory', async () => {
  const clock = new ManualClock();
  const leases = new MemoryLeases(clock);
  return { one: leases, other: leases, pass: (ms) => clock.advance(ms), close: () => leases.close() };
});

describe('leases in memory', () => {
  it('do not run out because a clock is set forward', async () => {
    const clock = new ManualClock();
    const leases = new MemoryLeases(clock);
    await leases.hold('a', [{ name: 'relay', facts: {} }], 1_000);
    clock.jump(5_000);
    expect(await leases.hold('b', [{ name: 'relay', facts: {} }], 1_000)).toEqual(new Set());
    await leases.close();
  });
});
