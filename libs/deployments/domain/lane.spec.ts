import { deciderSpec } from '@slipway/kernel/testing';
import { laneDecider, laneName, laneStream, type LaneEvent } from './lane';

const { given } = deciderSpec(laneDecider);
const lane = 'shop@staging';

const entered = (deployment: string, priority = false): LaneEvent => ({
  type: 'LaneEntered',
  data: { lane, deployment, priority, supersedes: [] },
});
const granted = (deployment: string, grant: number): LaneEvent => ({ type: 'LaneGranted', data: { lane, deployment, grant } });
const left = (deployment: string): LaneEvent => ({ type: 'LaneLeft', data: { lane, deployment } });
const enter = (deployment: string, priority = false) => ({
  type: 'EnterLane' as const,
  data: { lane, deployment, priority, supersede: false },
});
const leave = (deployment: string) => ({ type: 'LeaveLane' as const, data: { lane, deployment } });

/** Held by d1; d2 and d3 wait. */
const busy = [entered('d1'), granted('d1', 1), entered('d2'), entered('d3')];
const waiting = (...history: LaneEvent[]) =>
  given(...history)
    .state()
    .queue.map((one) => one.deployment);

describe('a lane', () => {
  it('is named after project and environment', () => {
    expect(laneStream(laneName('shop', 'staging'))).toBe('lane-shop@staging');
  });

  it('that is free is granted at once', () => {
    given()
      .when(enter('d1'))
      .then([entered('d1'), granted('d1', 1)]);
  });

  it('that is held lets the next one wait', () => {
    given(entered('d1'), granted('d1', 1))
      .when(enter('d2'))
      .then([entered('d2')]);
  });

  it('is granted to the longest waiting when its holder leaves', () => {
    given(...busy)
      .when(leave('d1'))
      .then([left('d1'), granted('d2', 2)]);
  });

  it('is free again when the last one leaves, and counts its grants on', () => {
    given(entered('d1'), granted('d1', 1))
      .when(leave('d1'))
      .then([left('d1')]);
    given(entered('d1'), granted('d1', 1), left('d1'))
      .when(enter('d2'))
      .then([entered('d2'), granted('d2', 2)]);
  });

  it('is held by one deployment at a time, until all that entered were granted once, in order', () => {
    let history: LaneEvent[] = [];
    const grants: string[] = [];
    for (const deployment of ['d1', 'd2', 'd3', 'd4'])
      history = [
        ...history,
        ...given(...history)
          .when(enter(deployment))
          .decided(),
      ];
    for (let holder = given(...history).state().holder; holder !== undefined; holder = given(...history).state().holder) {
      grants.push(holder);
      history = [
        ...history,
        ...given(...history)
          .when(leave(holder))
          .decided(),
      ];
    }
    expect(grants).toEqual(['d1', 'd2', 'd3', 'd4']);
    expect(given(...history).state()).toMatchObject({ grants: 4, queue: [] });
  });
});

describe('priority', () => {
  it('goes before the others that wait, never before the holder', () => {
    expect(waiting(...busy, entered('urgent', true))).toEqual(['urgent', 'd2', 'd3']);
    given(...busy, entered('urgent', true))
      .when(leave('d1'))
      .then([left('d1'), granted('urgent', 2)]);
  });

  it('keeps the order of arrival among its own, and so do the others', () => {
    expect(waiting(...busy, entered('u1', true), entered('d4'), entered('u2', true), entered('d5'))).toEqual([
      'u1',
      'u2',
      'd2',
      'd3',
      'd4',
      'd5',
    ]);
  });
});

describe('moving to the front', () => {
  const moved = (deployment: string, move: number): LaneEvent => ({ type: 'MovedToFront', data: { lane, deployment, move } });
  const prioritize = (deployment: string) => ({ type: 'PrioritizeDeployment' as const, data: { lane, deployment } });
  const urgent = [...busy, entered('u1', true)];

  it('makes one that waits the next one, before those with priority and those moved earlier', () => {
    given(...urgent)
      .when(prioritize('d3'))
      .then([moved('d3', 1)]);
    expect(waiting(...urgent, moved('d3', 1))).toEqual(['d3', 'u1', 'd2']);
    given(...urgent, moved('d3', 1))
      .when(prioritize('d2'))
      .then([moved('d2', 2)]);
    expect(waiting(...urgent, moved('d3', 1), moved('d2', 2))).toEqual(['d2', 'd3', 'u1']);
    given(...urgent, moved('d3', 1))
      .when(leave('d1'))
      .then([left('d1'), granted('d3', 2)]);
  });

  it('goes before those with priority that come later, too', () => {
    expect(waiting(...busy, moved('d3', 1), entered('u1', true), entered('d4'))).toEqual(['d3', 'u1', 'd2', 'd4']);
  });

  it('changes nothing for who is next already', () => {
    given(...busy)
      .when(prioritize('d2'))
      .then([]);
  });

  it.each([
    ['holds the lane', 'd1'],
    ['never entered', 'd9'],
  ])('is refused for one that %s: it does not wait', (_who, deployment) => {
    given(...busy)
      .when(prioritize(deployment))
      .refused('deployment.not-queued', { deployment });
  });
});

describe('superseding', () => {
  const superseding = (deployment: string) => ({
    type: 'EnterLane' as const,
    data: { lane, deployment, priority: false, supersede: true },
  });

  it('names all that wait, never the holder', () => {
    given(...busy)
      .when(superseding('d4'))
      .then([{ type: 'LaneEntered', data: { lane, deployment: 'd4', priority: false, supersedes: ['d2', 'd3'] } }]);
  });

  it('names nobody where nobody waits', () => {
    given(entered('d1'), granted('d1', 1))
      .when(superseding('d2'))
      .then([entered('d2')]);
    given()
      .when(superseding('d1'))
      .then([entered('d1'), granted('d1', 1)]);
  });
});

describe('entering again', () => {
  it.each([
    ['the holder', 'd1'],
    ['one that waits', 'd2'],
  ])('changes nothing for %s, with other priority neither', (_who, deployment) => {
    given(...busy)
      .when(enter(deployment))
      .then([]);
    given(...busy)
      .when(enter(deployment, true))
      .then([]);
  });

  it('is not possible for one that left, however late a redelivery comes', () => {
    given(...busy, left('d1'), granted('d2', 2), left('d3'))
      .when(enter('d1'))
      .then([]);
    given(...busy, left('d3'))
      .when(enter('d3'))
      .then([]);
    given(entered('d1'), granted('d1', 1), left('d1')).when(enter('d1')).then([]);
  });
});

describe('leaving', () => {
  it('twice is nothing', () => {
    given(...busy, left('d1'), granted('d2', 2))
      .when(leave('d1'))
      .then([]);
  });

  it('while waiting grants nothing: the holder keeps the lane', () => {
    given(...busy)
      .when(leave('d2'))
      .then([left('d2')]);
    expect(given(...busy, left('d2')).state()).toMatchObject({ holder: 'd1', grants: 1, queue: [{ deployment: 'd3' }] });
  });

  it('without having entered is nothing', () => {
    given().when(leave('d9')).then([]);
  });
});
