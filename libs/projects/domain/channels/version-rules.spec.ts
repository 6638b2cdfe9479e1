import type { Channel } from './channel';
import { ruleProblems, versionProblems } from './version-rules';

const channel = (rules: Partial<Channel>): Channel => ({ slug: 'beta', default: false, ...rules });
const taken = (rules: Partial<Channel>, ...versions: string[]) =>
  versions.filter((version) => versionProblems(channel(rules), version).length === 0);

const VERSIONS = ['0.9.0', '1.0.0', '1.4.2-beta.3', '1.4.2-rc.1', '1.4.2', '1.4.2+build.7', '2.0.0-beta.1', '2.0.0'];

describe('the rules of a channel on versions', () => {
  it('take every version when there are none', () => {
    expect(taken({}, ...VERSIONS)).toEqual(VERSIONS);
    expect(taken({ prerelease: 'any' }, ...VERSIONS)).toEqual(VERSIONS);
  });

  it('take a range of versions, prereleases in it too', () => {
    expect(taken({ versions: '^1.0.0' }, ...VERSIONS)).toEqual(['1.0.0', '1.4.2-beta.3', '1.4.2-rc.1', '1.4.2', '1.4.2+build.7']);
    expect(taken({ versions: '>=1.4.2 || 0.x' }, ...VERSIONS)).toEqual(['0.9.0', '1.4.2', '1.4.2+build.7', '2.0.0-beta.1', '2.0.0']);
  });

  it('take no prerelease where none is wanted', () => {
    expect(taken({ prerelease: 'none', versions: '>=1.0.0' }, ...VERSIONS)).toEqual(['1.0.0', '1.4.2', '1.4.2+build.7', '2.0.0']);
  });

  it('take prerelease tags that match a pattern as a whole; the tag of a version without one is empty', () => {
    expect(taken({ prerelease: 'beta\\.\\d+' }, ...VERSIONS)).toEqual(['1.4.2-beta.3', '2.0.0-beta.1']);
    expect(taken({ prerelease: '(rc.*)?' }, ...VERSIONS)).toEqual(['0.9.0', '1.0.0', '1.4.2-rc.1', '1.4.2', '1.4.2+build.7', '2.0.0']);
    expect(taken({ prerelease: 'et' }, ...VERSIONS)).toEqual([]);
  });

  it('name rule, channel and what is wrong', () => {
    expect(versionProblems(channel({ versions: '1.x', prerelease: 'none' }), '2.0.0-rc.1')).toEqual([
      'channel beta takes versions 1.x only',
      'channel beta takes no prereleases, and rc.1 is one',
    ]);
    expect(versionProblems(channel({ prerelease: 'rc.*' }), '2.0.0')).toEqual([
      'channel beta takes prerelease tags that match rc.* only, not none',
    ]);
  });

  it('are refused where they can be no rules', () => {
    expect(ruleProblems(channel({ versions: '1.0.0 or so', prerelease: '[' })).map(({ field }) => field)).toEqual([
      'versions',
      'prerelease',
    ]);
    expect(ruleProblems(channel({ versions: '>=1.0.0 <2', prerelease: 'none' }))).toEqual([]);
  });

  it.each(['>=2 <1', '1.2.3 1.2.4', '>1.0.0 <1.0.0'])('are refused where no version can keep them: %s', (versions) => {
    expect(ruleProblems(channel({ versions })).map(({ field }) => field)).toEqual(['versions']);
  });

  it.each(['>=2 <1 || >=3', '>1.2.3 <1.2.4', '>=1 <=1', '<0.0.0', '1.0.0-rc.1', '*', ''])(
    'are taken where few versions keep them: %j',
    (versions) => {
      expect(ruleProblems(channel({ versions }))).toEqual([]);
    },
  );

  it('answer patterns that would keep other engines busy for years at once', () => {
    const slow = channel({ prerelease: '(a|a|aa)*(a|a)*b' });
    expect(versionProblems(slow, `1.0.0-${'a'.repeat(90)}`)).toHaveLength(1);
  });
});
