import type { Retention } from '@slipway/lifecycles/contract';
import { deciderSpec, recorded } from '@slipway/kernel/testing';
import fc from 'fast-check';
import { eligibility } from './eligibility';
import { evolveRelease, initialRelease, type KnownRelease, knownRelease } from './release';
import { archived, blocked, created, deployed, phase, scheduled, SHOP, THREE } from './release.fixture';
import type { ReleaseEvent } from './release.events';
import { releaseDecider } from './release.decider';
import { judgeRetention } from './retention';

const SEED = Number(process.env['SEED'] ?? 20_260_105);
const DAY = 86_400_000;
const START = Date.parse('2026-01-05T08:00:00.000Z');
const day = (number: number) => new Date(START + number * DAY).toISOString();

/** Releases 1.0.0, 1.1.0 … cut one a day; each deployed on its day where it says, in this order. */
function releases(...places: string[][]): KnownRelease[] {
  return places.map((environments, index) => {
    const version = `1.${index}.0`;
    const history = [created(THREE), ...environments.flatMap((environment, at) => deployed(environment, `d${index}-${at}`))];
    const own = history.map((event) => ({ ...event, data: { ...event.data, version } }) as ReleaseEvent);
    const events = recorded(own).map((event, at) => ({
      ...event,
      position: BigInt(index * 100 + at),
      metadata: { ...event.metadata, at: day(index) },
      data: 'endedAt' in event.data ? { ...event.data, endedAt: day(index) } : event.data,
    }));
    return knownRelease((events as Parameters<typeof evolveRelease>[1][]).reduce(evolveRelease, initialRelease));
  });
}

const always = (rule: Retention) => () => rule;
const going = (known: KnownRelease[], rules: (lifecycle: string, phase: string) => Retention, now = day(100)) =>
  judgeRetention(known, rules, now).flatMap((verdict) => (verdict.goes ? [verdict.release.version] : []));

const DEV = ['development'];
const ALL = ['development', 'staging', 'production'];

describe('retention', () => {
  it('keeps all where nothing else is said', () => {
    expect(going(releases(DEV, DEV, DEV, DEV), always({ keep: 'all' }))).toEqual([]);
  });

  it('keeps the newest so many of a project', () => {
    expect(going(releases(DEV, DEV, DEV, DEV, DEV), always({ releases: 3 }))).toEqual(['1.0.0', '1.1.0']);
  });

  it('keeps them for so many days', () => {
    expect(going(releases(DEV, DEV, DEV, DEV, DEV), always({ days: 8 }), day(10))).toEqual(['1.0.0', '1.1.0']);
  });

  it('never takes what is current anywhere, nor the one before it', () => {
    const known = releases(ALL, ALL, DEV, DEV, DEV, DEV);
    const verdicts = judgeRetention(known, always({ releases: 1 }), day(100));
    expect(verdicts.filter((one) => one.goes).map((one) => one.release.version)).toEqual(['1.2.0', '1.3.0']);
    const codes = verdicts.map(({ protectedBy }) => protectedBy.map(({ code, facts }) => `${code} ${String(facts['environment'])}`));
    expect(codes).toEqual([
      ['release-before-current production', 'release-before-current staging'],
      ['release-current production', 'release-current staging'],
      [],
      [],
      ['release-before-current development'],
      ['release-current development'],
    ]);
  });

  it('takes a release only where it is surplus in every phase that it had a success in', () => {
    const known = releases(ALL, ALL, ALL, ALL, DEV, DEV);
    const strictFirst = (_: string, name: string): Retention => (name === 'Build' ? { releases: 1 } : { keep: 'all' });
    expect(going(known, strictFirst)).toEqual([]);
    expect(going(known, (_, name) => (name === 'Live' ? { releases: 3 } : { releases: 1 }))).toEqual(['1.0.0']);
  });

  it('counts releases that were never deployed with success in the first phase', () => {
    const known = releases([], DEV, [], DEV, DEV, []);
    expect(
      judgeRetention(known, always({ releases: 2 }), day(100)).map(({ phases }) =>
        phases.map(({ phase: name, place }) => `${name} ${place}`),
      ),
    ).toEqual([['Build 6'], ['Build 5'], ['Build 4'], ['Build 3'], ['Build 2'], ['Build 1']]);
    expect(going(known, always({ releases: 2 }))).toEqual(['1.0.0', '1.1.0', '1.2.0']);
  });

  it('counts a release anew with each success: a redeploy makes it young again', () => {
    const [old, ...rest] = releases(DEV, DEV, DEV, DEV);
    const again = {
      ...old!.deployments[0]!,
      deployment: 'again',
      concluded: { ...old!.deployments[0]!.concluded!, at: day(50), position: 5_000n },
    };
    expect(going([{ ...old!, deployments: [...old!.deployments, again] }, ...rest], always({ releases: 1 }))).toEqual(['1.1.0', '1.2.0']);
  });

  it('never takes what is being deployed', () => {
    const known = releases(DEV, DEV, DEV, DEV);
    const [first] = known;
    const { concluded: _, ...unfinished } = { ...first!.deployments[0]!, deployment: 'later' };
    const busy = { ...first!, deployments: [...first!.deployments, unfinished] };
    expect(going([busy, ...known.slice(1)], always({ releases: 1 }))).toEqual(['1.1.0']);
  });

  it(`whatever happened: what goes is in no environment's last two, and no rule of keeping all lets anything go (seed ${SEED})`, () => {
    const rule = fc.oneof(
      fc.constant<Retention>({ keep: 'all' }),
      fc.record({ releases: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ days: fc.integer({ min: 1, max: 12 }) }),
    );
    const places = fc.array(fc.array(fc.constantFrom(...ALL), { maxLength: 4 }), { maxLength: 12 });
    fc.assert(
      fc.property(places, fc.record({ Build: rule, Try: rule, Live: rule }), (walks, rules) => {
        const known = releases(...walks);
        const gone = going(known, (_, name) => rules[name as keyof typeof rules], day(12));
        for (const environment of ALL) {
          const there = known.filter((one) => one.deployments.some((deployment) => deployment.environment === environment));
          for (const { version } of there.slice(-2)) expect(gone).not.toContain(version);
        }
        for (const { release, phases } of judgeRetention(known, (_, name) => rules[name as keyof typeof rules], day(12)))
          if (phases.some((one) => 'keep' in one.rule)) expect(gone).not.toContain(release.version);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});

describe('archiving a release', () => {
  const { given } = deciderSpec(releaseDecider);
  const surplus = [{ phase: 'Build', rule: { releases: 1 } }];
  const archive = (deployments: number) => ({ type: 'ArchiveRelease' as const, data: { surplus, deployments } });

  it('says in which phases it was one too many; again it is nothing', () => {
    given(created(), ...deployed('development', 'd1'))
      .when(archive(1))
      .then([archived(surplus)]);
    given(created(), archived(surplus)).when(archive(0)).then([]);
  });

  it('is left for another time when a deployment was asked for since it was judged', () => {
    given(created(), ...deployed('development', 'd1'))
      .when(archive(0))
      .then([]);
    given(created(), scheduled('development')).when(archive(1)).then([]);
  });

  it('ends its deployments and changes, whatever blocked it before, but not its deletion', () => {
    const history = [created(), blocked(), archived(surplus)];
    const release = given(...history).state() as KnownRelease;
    expect(release).toMatchObject({ status: 'archived', archived: { surplus, at: '2026-01-05T08:00:00.000Z', event: 'event-3' } });
    expect(eligibility(release, 'development', { at: day(0), freezes: [] }).reasons).toMatchObject([
      { code: 'release-archived', events: ['event-3'] },
    ]);
    for (const command of [
      { type: 'UpdateVariables' as const, data: { revision: 8, variables: [] } },
      { type: 'RetakeSnapshot' as const, data: { snapshot: 1 } },
      { type: 'BlockRelease' as const, data: { reason: 'wait' } },
      { type: 'UnblockRelease' as const, data: {} },
    ])
      given(...history)
        .when(command)
        .refused('release.archived', { version: '1.0.0' });
    given(...history)
      .when({ type: 'DeleteRelease', data: { current: {} } })
      .then([{ type: 'ReleaseDeleted', data: SHOP }]);
  });

  it('of a deleted one is nothing', () => {
    given(created([phase('Build', ['development'])]), { type: 'ReleaseDeleted', data: SHOP })
      .when(archive(0))
      .then([]);
  });
});
