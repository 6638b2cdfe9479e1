import type { Projection, RecordedEvent, Rows } from '@slipway/kernel';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { TALLIES, tallyProjection } from '@slipway/kernel/testing/subscription-fixture';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';

const open = () => new SqliteReadStore(':memory:');
const counted = (by: number) => ({ type: 'Counted' as const, data: { by } });

describe('the specification of a projection', () => {
  const log = logOf(recorded([counted(1), counted(2)], 'a'), recorded([counted(5)], 'b'), recorded([counted(4)], 'a'));

  it('shows the rows, whatever the batches', async () => {
    expect(await projectionRows(tallyProjection(), TALLIES, log, open)).toEqual([
      { stream: 'a', sum: 7, last: 4n },
      { stream: 'b', sum: 5, last: 3n },
    ]);
    expect(await projectionRows(tallyProjection(), TALLIES, [], open)).toEqual([]);
  });

  it('finds a projection that depends on its batches', async () => {
    let batches = 0;
    const forgetful: Projection = {
      ...tallyProjection(),
      on: {
        Counted: (rows: Rows, event: RecordedEvent) => {
          batches += 1;
          rows.put(TALLIES, { stream: event.stream, sum: batches, last: event.position });
        },
      },
    };
    await expect(projectionRows(forgetful, TALLIES, log, open)).rejects.toThrow(
      'tally@1: other rows with batches of 4 than with batches of 1',
    );
  });

  it('throws what a handler throws, and asks for rising positions', async () => {
    const broken = tallyProjection(1, () => {
      throw new Error('no such cell');
    });
    await expect(projectionRows(broken, TALLIES, log, open)).rejects.toThrow('no such cell');
    await expect(projectionRows(tallyProjection(), TALLIES, [...log, ...log], open)).rejects.toThrow('logOf');
  });
});
