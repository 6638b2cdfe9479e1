import { deciderSpec } from '@slipway/kernel/testing';
import { NOW } from '@slipway/kernel/testing/given-when-then';
import { deadLetterDecider } from './dead-letter.decider';
import { deadLetterEvents } from './dead-letter.events';

const { given } = deciderSpec(deadLetterDecider);
const letter = deadLetterEvents.entries.DeadLetterReplayRequested.sample;
const replay = (shortened = false) => ({ type: 'ReplayDeadLetter' as const, data: { letter, shortened } });
const requested = { type: 'DeadLetterReplayRequested' as const, data: letter };

describe('a dead letter', () => {
  it('is replayed as often as somebody asks, and tells how often and who asked last', () => {
    given().when(replay()).then([requested]);
    given(requested).when(replay()).then([requested]);
    expect(given().state()).toEqual({ status: 'none' });
    expect(given(requested, requested).state()).toEqual({ status: 'replayed', letter, replays: { times: 2, lastAt: NOW, lastBy: 'ada' } });
  });

  it('is not replayed where only the beginning of its message is left', () => {
    given().when(replay(true)).refused('dead-letter.shortened', { deadLetter: letter.deadLetter });
  });
});
