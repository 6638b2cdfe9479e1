import { type Handlers, type Projection, type Recorded, type Rows, type Table } from '@slipway/kernel';
import { type EventReplayState, evolveEventReplay, initialEventReplay } from '../domain/event-replay';
import type { EventReplayEvent } from '../domain/event-replay.events';

interface EventReplayRow {
  slug: string;
  requestedAt: bigint;
  state: EventReplayState;
}

export const eventReplaysTable: Table<EventReplayRow> = {
  name: 'event_replays',
  columns: { slug: 'text', requestedAt: 'position', state: 'json' },
  key: ['slug'],
  indexes: [['requestedAt']],
};

type EventReplayRecord = Recorded<EventReplayEvent>;

async function evolve(rows: Rows, event: EventReplayRecord): Promise<void> {
  const { slug } = event.data;
  const row = (await rows.get(eventReplaysTable, slug)) ?? { slug, requestedAt: event.position, state: initialEventReplay };
  rows.put(eventReplaysTable, { ...row, state: evolveEventReplay(row.state, event) });
}

/** Every replay of events that was ever asked for. */
export const eventReplayList: Projection = {
  name: 'event_replay_list',
  version: 1,
  tables: [eventReplaysTable],
  on: {
    EventReplayRequested: evolve,
    EventReplayFinished: evolve,
    EventReplayCancelled: evolve,
  } satisfies Handlers<EventReplayRecord>,
};
