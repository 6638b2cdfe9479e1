import type { Handlers, Projection, Recorded, Table } from '@slipway/kernel';
import type { Replays } from '../domain/dead-letter';
import type { DeadLetterEvent } from '../domain/dead-letter.events';

interface ReplaysRow extends Replays {
  deadLetter: string;
}

export const replaysTable: Table<ReplaysRow> = {
  name: 'replays',
  columns: { deadLetter: 'text', times: 'integer', lastAt: 'text', lastBy: 'text' },
  key: ['deadLetter'],
};

type DeadLetterRecord = Recorded<DeadLetterEvent>;

/** Which dead letters were replayed, how often, and who wanted it last. */
export const deadLetterReplays: Projection = {
  name: 'dead_letter_replays',
  version: 1,
  tables: [replaysTable],
  on: {
    DeadLetterReplayRequested: async (rows, { data: { deadLetter }, metadata }) => {
      const times = ((await rows.get(replaysTable, deadLetter))?.times ?? 0) + 1;
      rows.put(replaysTable, { deadLetter, times, lastAt: metadata.at, lastBy: metadata.actor });
    },
  } satisfies Handlers<DeadLetterRecord>,
};
