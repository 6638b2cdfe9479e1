import { deciderSpec } from '@slipway/kernel/testing';
import { conclude, concluded, created, deployed, phase, promote, promoted, schedule, scheduled, SHOP, unlinked } from './release.fixture';
import type { ReleaseEvent } from './release.events';
import { releaseDecider } from './release.decider';

const { given } = deciderSpec(releaseDecider);
const remove = { type: 'DeleteRelease' as const, data: { current: {} } };
const deleted: ReleaseEvent = { type: 'ReleaseDeleted', data: SHOP };
const LEADING_OPTIONAL = [phase('Play', ['sandbox'], { optional: true }), phase('Build', ['development'])];

describe('deleting a release', () => {
  it('is free while it was never deployed', () => {
    given(created()).when(remove).then([deleted]);
  });

  it('is free in development, although it runs there', () => {
    given(created(), ...deployed('development', 'd1'))
      .when(remove)
      .then([deleted]);
  });

  it('is refused once it is connected to a later environment, naming both ends', () => {
    const link = [...deployed('development', 'd1'), promoted('development', 'staging', 's1')];
    given(created(), ...link, ...deployed('staging', 's1', { outcome: 'failed', promotedFrom: 'development' }))
      .when(remove)
      .refused('release.not-deletable', {
        blockers: [{ code: 'release-linked', facts: { from: 'development', to: 'staging', deployment: 's1' }, events: ['event-4'] }],
      });
  });

  it('is refused from the intention on, and possible again when the promotion never started', () => {
    const asked = [
      created(),
      ...deployed('development', 'd1'),
      promoted('development', 'staging', 's1'),
      scheduled('staging', { deployment: 's1', promotedFrom: 'development' }),
    ];
    given(...asked)
      .when(remove)
      .refused('release.not-deletable', { blockers: [{ code: 'release-linked' }, { code: 'deployment-unfinished' }] });
    given(...asked, concluded('s1', 'staging', { outcome: 'cancelled', started: false }), unlinked('development', 'staging'))
      .when(remove)
      .then([deleted]);
  });

  it('is refused while a deployment has not ended, even to the first phase', () => {
    given(created(), scheduled('development', { deployment: 'd1' }))
      .when(remove)
      .refused('release.not-deletable', {
        blockers: [{ code: 'deployment-unfinished', facts: { deployment: 'd1', environment: 'development' }, events: ['event-2'] }],
      });
  });

  it('is refused while it runs beyond the first phase, although no link led there (a leading optional phase)', () => {
    given(created(LEADING_OPTIONAL), ...deployed('development', 'd1'))
      .when(remove)
      .refused('release.not-deletable', {
        blockers: [{ code: 'release-current', facts: { environment: 'development' }, events: ['event-3'] }],
      });
  });

  it('is possible there when another release took its place', () => {
    given(created(LEADING_OPTIONAL), ...deployed('development', 'd1'))
      .when({ type: 'DeleteRelease', data: { current: { development: { version: '1.1.0', position: 99n } } } })
      .then([deleted]);
  });

  it('names every blocker at once', () => {
    given(
      created(LEADING_OPTIONAL),
      ...deployed('sandbox', 'p1'),
      promoted('sandbox', 'development', 'd1'),
      ...deployed('development', 'd1', { promotedFrom: 'sandbox' }),
      scheduled('sandbox', { deployment: 'p2' }),
    )
      .when(remove)
      .refused('release.not-deletable', {
        blockers: [{ code: 'release-linked' }, { code: 'release-current' }, { code: 'deployment-unfinished' }],
      });
  });

  it('again changes nothing', () => {
    given(created(), deleted).when(remove).then([]);
  });
});

describe('a deleted release', () => {
  const gone = given(created(), ...deployed('development', 'd1'), deleted);

  it('is not found by anything that would change it', () => {
    gone.when(schedule('development')).refused('release.not-found', { version: '1.0.0' });
    gone.when(promote('staging')).refused('release.not-found');
    gone.when({ type: 'UpdateVariables', data: { revision: 8, variables: [] } }).refused('release.not-found');
  });

  it('keeps its history', () => {
    expect(gone.state()).toMatchObject({ status: 'deleted', version: '1.0.0', deployments: [{ deployment: 'd1' }] });
  });

  it('is told nothing new by a deployment that ended before', () => {
    gone.when(conclude('d1')).then([]);
  });
});
