import { contentHash } from '@slipway/kernel';
import { deciderSpec, refusalOf } from '@slipway/kernel/testing';
import { created, createRelease, GREETING, phase, reached, scheduled, shop, SHOP, step, STEPS, THREE } from './release.fixture';
import { releaseDecider } from './release.decider';

const { given } = deciderSpec(releaseDecider);

describe('creating a release', () => {
  it('takes a snapshot of process, variables and lifecycle, and reaches the first phase', () => {
    given()
      .when(createRelease())
      .then([created(), ...reached('Build')]);
  });

  it('keeps title and notes as they were given', () => {
    const { data } = createRelease();
    const [first] = given()
      .when({ type: 'CreateRelease', data: { ...data, title: 'Spring sale', notes: '## New\n- banners' } })
      .decided();
    expect(first).toMatchObject({ type: 'ReleaseCreated', data: { title: 'Spring sale', notes: '## New\n- banners' } });
  });

  it('carries the content hash of each part and of the whole, and the revisions it was cut from', () => {
    const [first] = given().when(createRelease()).decided();
    const hashes = [contentHash(STEPS), contentHash(GREETING), contentHash(THREE)];
    expect(first?.data).toMatchObject({
      process: { revision: 4, hash: hashes[0] },
      variables: { revision: 7, hash: hashes[1] },
      lifecycle: { slug: 'web', hash: hashes[2] },
      contentHash: contentHash(hashes),
    });
  });

  it('gives equal content the same hash, and any other content another', () => {
    const hashOf = (...given_: Parameters<typeof createRelease>) => {
      const [first] = given()
        .when(createRelease(...given_))
        .decided();
      return first?.type === 'ReleaseCreated' ? first.data.contentHash : '';
    };
    const others = [
      hashOf(THREE, shop([step('Build')])),
      hashOf(THREE, shop(STEPS, [{ name: 'Greeting', value: 'Good day' }])),
      hashOf(THREE.slice(1)),
    ];
    expect(hashOf()).toBe(hashOf());
    expect(new Set([hashOf(), ...others]).size).toBe(4);
  });

  it('starts standalone: no link, no deployment, one snapshot of the variables', () => {
    const state = given(...given().when(createRelease()).decided()).state();
    expect(state).toMatchObject({
      ...SHOP,
      status: 'active',
      createdBy: 'ada',
      createdEvent: 'event-1',
      links: [],
      deployments: [],
      phasesReached: ['Build'],
      snapshots: [{ number: 1, variables: GREETING }],
    });
  });

  it('belongs to its channel, and is refused where its version breaks the rules of it', () => {
    const beta = { slug: 'beta', default: false, versions: '^1.0.0', prerelease: 'beta.*' };
    const inBeta = (version: string) => {
      const { type, data } = createRelease();
      return { type, data: { ...data, version, channel: beta } };
    };
    expect(given().when(inBeta('1.2.0-beta.1')).decided()[0]).toMatchObject({ data: { version: '1.2.0-beta.1', channel: 'beta' } });
    given().when(inBeta('1.2.0')).refused('release.version-rule', { version: '1.2.0', channel: 'beta' });
  });

  it('that nobody chose a version for, and whose next one breaks a rule, is refused with the template that gives it', () => {
    const { type, data } = createRelease();
    const channel = { slug: 'default', default: true, versions: '>=1.0.0' };
    const template = '0.0.#{Slipway.Version.NextPatch}';
    const refused = refusalOf(() =>
      given()
        .when({ type, data: { ...data, version: '0.0.1', template, channel } })
        .decided(),
    );
    expect(refused).toMatchObject({ code: 'release.version-rule', facts: { version: '0.0.1', template }, errors: [] });
    expect(refused?.message).toContain(
      `the next one, since the request has none: give a \`version\`, or change the project's \`versionTemplate\``,
    );
  });

  it('is refused for a project without steps', () => {
    given()
      .when(createRelease(THREE, shop([])))
      .refused('project.no-process', { project: 'shop' });
  });

  it('is refused while its lifecycle leads nowhere, since there is no environment', () => {
    given().when(createRelease([])).refused('lifecycle.no-environments', { lifecycle: 'web' });
  });
});

describe('automatic environments of the phases that a new release reaches', () => {
  it('are queued at once, the manual ones are not', () => {
    const phases = [phase('Build', ['!development', 'sandbox', '!lab']), phase('Try', ['!staging'])];
    given()
      .when(createRelease(phases))
      .then([
        created(phases),
        ...reached('Build'),
        scheduled('development', { failureMode: 'default', automatic: true }),
        scheduled('lab', { failureMode: 'default', automatic: true }),
      ]);
  });

  it('are never those of an optional phase, yet those of the phase behind it', () => {
    const phases = [phase('Play', ['!sandbox'], { optional: true }), phase('Build', ['!development']), phase('Try', ['!staging'])];
    given()
      .when(createRelease(phases))
      .then([created(phases), ...reached('Play', 'Build'), scheduled('development', { failureMode: 'default', automatic: true })]);
  });

  it('make no link: nothing was deployed before them', () => {
    const phases = [phase('Play', ['sandbox'], { optional: true }), phase('Build', ['!development'])];
    expect(given(...given().when(createRelease(phases)).decided()).state()).toMatchObject({ links: [] });
  });
});
