import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { recorded } from '@slipway/kernel/testing';
import { NOW } from '@slipway/kernel/testing/given-when-then';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { deadLetterEvents } from '../domain/dead-letter.events';
import { deadLetterReplays, replaysTable } from './dead-letter-replays';

const letter = deadLetterEvents.entries.DeadLetterReplayRequested.sample;
const requested = (deadLetter: string) => ({ type: 'DeadLetterReplayRequested' as const, data: { ...letter, deadLetter } });

describe('the replays of dead letters', () => {
  it('count how often each was asked for, and tell who asked last', async () => {
    const log = logOf(recorded([requested('a'), requested('a')], 'dead-letter-a'), recorded([requested('b')], 'dead-letter-b'));
    expect(await projectionRows(deadLetterReplays, replaysTable, log, () => new SqliteReadStore(':memory:'))).toEqual([
      { deadLetter: 'a', times: 2, lastAt: NOW, lastBy: 'ada' },
      { deadLetter: 'b', times: 1, lastAt: NOW, lastBy: 'ada' },
    ]);
  });
});
