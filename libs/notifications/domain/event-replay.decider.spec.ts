import { deciderSpec, NOW } from '@slipway/kernel/testing/given-when-then';
import { eventReplayDecider } from './event-replay.decider';
import type { EventReplayEvent } from './event-replay.events';

const { given } = deciderSpec(eventReplayDecider);
const data = { slug: 'warehouse', from: '0', filter: { types: ['DeploymentConcluded'] } };
const requested: EventReplayEvent = { type: 'EventReplayRequested', data };
const finished: EventReplayEvent = { type: 'EventReplayFinished', data: { slug: 'warehouse' } };
const cancelled: EventReplayEvent = { type: 'EventReplayCancelled', data: { slug: 'warehouse' } };
const cancel = { type: 'CancelEventReplay' as const, data: {} };
const finish = { type: 'FinishEventReplay' as const, data: {} };

describe('a replay of events', () => {
  it('is asked for as it was said, and tells by whom and when', () => {
    given().when({ type: 'ReplayEvents', data }).then([requested]);
    expect(given(requested).state()).toEqual({
      status: 'running',
      replay: { ...data, to: '0', requestedBy: 'ada', requestedAt: NOW },
    });
  });

  it('ends before its request at the latest: what happens from then on is sent anyway', () => {
    const asked = (to: string): EventReplayEvent => ({ type: 'EventReplayRequested', data: { ...data, to } });
    const filler: EventReplayEvent[] = [finished, finished, finished];
    expect(given(...filler, asked('2')).state()).toMatchObject({ replay: { to: '2' } });
    expect(given(...filler, asked('9')).state()).toMatchObject({ replay: { to: '3' } });
  });

  it('is finished once, and then there is nothing to cancel', () => {
    given(requested).when(finish).then([finished]);
    given(requested, finished).when(finish).then([]);
    given(requested, finished).when(cancel).then([]);
    expect(given(requested, finished, cancelled).state()).toMatchObject({ status: 'finished', replay: { endedAt: NOW } });
  });

  it('is cancelled once, and then never finished', () => {
    given(requested).when(cancel).then([cancelled]);
    given(requested, cancelled).when(cancel).then([]);
    given(requested, cancelled).when(finish).then([]);
    expect(given(requested, cancelled, finished).state()).toMatchObject({ status: 'cancelled', replay: { endedAt: NOW } });
  });
});
