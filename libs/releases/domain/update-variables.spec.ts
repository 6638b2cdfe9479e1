import { contentHash } from '@slipway/kernel';
import { deciderSpec } from '@slipway/kernel/testing';
import type { Variable } from '@slipway/projects/contract';
import { created, deployed, GREETING, schedule, scheduled, SHOP } from './release.fixture';
import type { ReleaseEvent } from './release.events';
import { releaseDecider } from './release.decider';

const { given } = deciderSpec(releaseDecider);
const LATER: Variable[] = [{ name: 'Greeting', value: 'Good day' }];

const update = (variables: readonly Variable[], revision = 8) => ({ type: 'UpdateVariables' as const, data: { revision, variables } });
const retake = (snapshot: number) => ({ type: 'RetakeSnapshot' as const, data: { snapshot } });
function updated(snapshot: number, variables: readonly Variable[], revision = 8): ReleaseEvent {
  return { type: 'VariablesUpdated', data: { ...SHOP, snapshot, revision, hash: contentHash(variables), variables } };
}

describe('updating the variables of a release', () => {
  it('takes the current variables of the project as the next snapshot', () => {
    given(created())
      .when(update(LATER))
      .then([updated(2, LATER)]);
    given(created(), updated(2, LATER))
      .when(update([], 9))
      .then([updated(3, [], 9)]);
  });

  it('changes nothing when they are those of the release already, whatever their revision', () => {
    given(created()).when(update(GREETING)).then([]);
    given(created(), updated(2, LATER)).when(update(LATER, 12)).then([]);
  });

  it('takes variables that an earlier snapshot had as a new one', () => {
    given(created(), updated(2, LATER))
      .when(update(GREETING, 9))
      .then([updated(3, GREETING, 9)]);
  });

  it('takes an earlier snapshot again as a new one, which says where it is from', () => {
    const again: ReleaseEvent = {
      type: 'VariablesUpdated',
      data: { ...SHOP, snapshot: 3, from: 1, revision: 7, hash: contentHash(GREETING), variables: GREETING },
    };
    given(created(), updated(2, LATER)).when(retake(1)).then([again]);
    given(created(), updated(2, LATER), again).when(retake(1)).then([]);
    given(created(), updated(2, LATER), again).when(retake(3)).then([]);
  });

  it('refuses to take a snapshot again that there is none of', () => {
    given(created(), updated(2, LATER)).when(retake(3)).refused('release.unknown-snapshot', { snapshot: 3 });
  });

  it('keeps every earlier snapshot readable', () => {
    expect(given(created(), updated(2, LATER), updated(3, [])).state()).toMatchObject({
      snapshots: [
        { number: 1, variables: GREETING },
        { number: 2, variables: LATER },
        { number: 3, variables: [] },
      ],
    });
  });

  it('leaves the process, the lifecycle and the content hash of the release untouched', () => {
    const before = given(created()).state();
    const after = given(created(), updated(2, LATER)).state();
    if (before.status === 'none' || after.status === 'none') throw new Error('no release');
    expect(after.process).toEqual(before.process);
    expect([after.process.hash, after.lifecycle.hash, after.contentHash]).toEqual([
      before.process.hash,
      before.lifecycle.hash,
      before.contentHash,
    ]);
  });

  it('is meant for later deployments: each keeps the snapshot number it was scheduled with', () => {
    given(created(), ...deployed('development', 'd1'), updated(2, LATER))
      .when(schedule('development'))
      .then([scheduled('development', { variablesSnapshot: 2 })]);
  });

  it('is possible after deployments too, to redeploy with what changed since', () => {
    given(created(), ...deployed('development', 'd1', { outcome: 'failed' }))
      .when(update(LATER))
      .then([updated(2, LATER)]);
  });

  it('of a release that does not exist is nothing', () => {
    given().when(update(LATER)).then([]);
  });
});
