import { CHAIN_START, chained, chainHash, type EventToAppend } from '@slipway/kernel';

const event = (number: number, data: object = { number }): EventToAppend => ({
  id: `event-${number}`,
  type: 'Counted',
  data,
  metadata: {
    actor: 'ada',
    at: '2026-01-05T08:00:00.000Z',
    command: 'Count',
    commandId: `command-${number}`,
    correlationId: 'walk-1',
    causationId: 'request-1',
  },
});
const hashes = (events: readonly EventToAppend[]) => events.map((one) => one.metadata.hash);

describe('the hash chain of a stream', () => {
  it('chains each event to the one before it, whether appended together or apart', () => {
    const together = chained(CHAIN_START, 'counter-a', 0, [event(1), event(2), event(3)]);
    const first = chained(CHAIN_START, 'counter-a', 0, [event(1)]);
    const rest = chained(first[0]!.metadata.hash!, 'counter-a', 1, [event(2), event(3)]);
    expect(hashes([...first, ...rest])).toEqual(hashes(together));
    expect(hashes(together).every((hash) => /^[0-9a-f]{64}$/.test(hash ?? ''))).toBe(true);
  });

  it('is recomputed from what a store gives back', () => {
    const stored = JSON.parse(JSON.stringify(chained(CHAIN_START, 'counter-a', 0, [event(1), event(2)]))) as EventToAppend[];
    let last = CHAIN_START;
    for (const [version, one] of stored.entries()) {
      last = chainHash(last, 'counter-a', version, one);
      expect(last).toBe(one.metadata.hash);
    }
  });

  it('ignores a hash that the event already had', () => {
    const once = chained(CHAIN_START, 'counter-a', 0, [event(1)]);
    expect(chained(CHAIN_START, 'counter-a', 0, once)).toEqual(once);
  });

  it('leaves the events it was given as they were', () => {
    const given = [event(1)];
    chained(CHAIN_START, 'counter-a', 0, given);
    expect(given).toEqual([event(1)]);
  });

  const base = event(1);
  const hash = chainHash(CHAIN_START, 'counter-a', 0, base);
  it.each<[string, string]>([
    ['data', chainHash(CHAIN_START, 'counter-a', 0, event(1, { number: 2 }))],
    ['type', chainHash(CHAIN_START, 'counter-a', 0, { ...base, type: 'Recounted' })],
    ['id', chainHash(CHAIN_START, 'counter-a', 0, { ...base, id: 'event-9' })],
    ['actor', chainHash(CHAIN_START, 'counter-a', 0, { ...base, metadata: { ...base.metadata, actor: 'eve' } })],
    ['time', chainHash(CHAIN_START, 'counter-a', 0, { ...base, metadata: { ...base.metadata, at: '2026-01-05T08:00:00.001Z' } })],
    ['trace', chainHash(CHAIN_START, 'counter-a', 0, { ...base, metadata: { ...base.metadata, traceparent: '00-1' } })],
    ['stream', chainHash(CHAIN_START, 'counter-b', 0, base)],
    ['version', chainHash(CHAIN_START, 'counter-a', 1, base)],
    ['past', chainHash('0'.repeat(64), 'counter-a', 0, base)],
  ])('changes with the %s of an event', (_what, other) => {
    expect(other).not.toBe(hash);
  });
});
