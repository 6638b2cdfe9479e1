import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { NOW, recorded } from '@slipway/kernel/testing/given-when-then';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import type { EventReplayEvent } from '../domain/event-replay.events';
import { eventReplayList, eventReplaysTable } from './event-replay-list';

const requested = (slug: string): EventReplayEvent => ({ type: 'EventReplayRequested', data: { slug, from: '0', filter: {} } });
const rows = (...streams: EventReplayEvent[][]) =>
  projectionRows(
    eventReplayList,
    eventReplaysTable,
    logOf(...streams.map((events, index) => recorded(events, `event-replay-${index}`))),
    () => new SqliteReadStore(':memory:'),
  );

describe('the list of replays of events', () => {
  it('holds each as its stream says, ended ones too', async () => {
    const finished: EventReplayEvent = { type: 'EventReplayFinished', data: { slug: 'a' } };
    const cancelled: EventReplayEvent = { type: 'EventReplayCancelled', data: { slug: 'b' } };
    const told = await rows([requested('a'), finished], [requested('b'), cancelled], [requested('c')]);
    const asked = { from: '0', filter: {}, requestedBy: 'ada', requestedAt: NOW };
    expect(told.map(({ state }) => state)).toEqual([
      { status: 'finished', replay: { ...asked, slug: 'a', to: expect.any(String), endedAt: NOW } },
      { status: 'cancelled', replay: { ...asked, slug: 'b', to: expect.any(String), endedAt: NOW } },
      { status: 'running', replay: { ...asked, slug: 'c', to: expect.any(String) } },
    ]);
  });
});
