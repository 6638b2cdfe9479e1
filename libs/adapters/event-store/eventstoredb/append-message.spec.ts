import { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { takenOf } from './append-message';

describe('an answer to an append', () => {
  it('that says neither yes nor no leaves the outcome unknown', () => {
    expect(() => takenOf(new BatchAppendResp(), { stream: 's', expected: 'none', events: [] }, 'here')).toThrow(
      expect.objectContaining({
        code: 'event-store.unavailable',
        retryable: true,
        message: 'append to stream s at here: the outcome is unknown (the answer says neither yes nor no)',
      }),
    );
  });
});
