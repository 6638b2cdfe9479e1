import { refusalOf } from '@slipway/kernel/testing';
import { VERSION_NAMES } from '../variables/slipway-names';
import type { Variable } from '../variables/variable';
import { isReleaseVersion } from './release-version';
import { checkVersionTemplate, DEFAULT_VERSION_TEMPLATE, type VersionFacts, versionFrom } from './version-template';

const FACTS: VersionFacts = { last: '1.4.2', lastInChannel: '1.3.9-beta.2', channel: 'beta', now: '2026-01-05T23:59:59.999Z' };
const from = (template: string, facts: Partial<VersionFacts> = {}, variables: Variable[] = []) =>
  versionFrom(template, { ...FACTS, ...facts }, variables);

describe('the version that a template gives', () => {
  it('counts the patch where nothing else is said, beginning with 0.0.1', () => {
    expect(from(DEFAULT_VERSION_TEMPLATE)).toBe('1.4.3');
    expect(versionFrom(DEFAULT_VERSION_TEMPLATE, { channel: 'default', now: FACTS.now }, [])).toBe('0.0.1');
  });

  it.each([
    ['#{Slipway.Version.NextMajor}.0.0', '2.0.0'],
    ['#{Slipway.Version.LastMajor}.#{Slipway.Version.NextMinor}.0', '1.5.0'],
    ['#{slipway.version.lastmajor}.#{Slipway.Version.LastMinor}.#{Slipway.Version.LastPatch}', '1.4.2'],
    ['1.3.#{Slipway.Version.Channel.NextPatch}', '1.3.10'],
    ['9.0.0-#{Slipway.Version.Channel.LastSuffix}', '9.0.0-beta.2'],
    ['#{Slipway.Date.Year}.#{Slipway.Date.Month}.#{Slipway.Date.Day}', '2026.1.5'],
    ['1.5.0-#{Slipway.Release.Channel}', '1.5.0-beta'],
    ['#{Slipway.Version.LastMajor}.0.0#{if Slipway.Version.LastSuffix}-x#{/if}', '1.0.0'],
  ])('of %s is %s', (template, version) => {
    expect(from(template)).toBe(version);
  });

  it('takes variables of the project, but none that is meant for somewhere', () => {
    const variables: Variable[] = [
      { name: 'Line', value: '3.#{Minor}' },
      { name: 'Minor', value: '7', scope: {} },
      { name: 'Line', value: '4.0', scope: { channels: ['beta'] } },
    ];
    expect(from('#{Line}.#{Slipway.Version.NextPatch}', {}, variables)).toBe('3.7.3');
  });

  it('is refused where it is no Semantic Version, or something is missing for it', () => {
    expect(refusalOf(() => from('1.#{Line}.0'))).toMatchObject({
      code: 'release.version-template',
      message: expect.stringContaining('Line') as string,
    });
    expect(refusalOf(() => from('#{Slipway.Release.Channel}'))).toMatchObject({
      code: 'release.version-template',
      message: expect.stringContaining('beta is no Semantic Version') as string,
    });
    expect(refusalOf(() => from(DEFAULT_VERSION_TEMPLATE, { last: `1.0.${Number.MAX_SAFE_INTEGER}` }))?.code).toBe(
      'release.version-template',
    );
  });
});

describe('a version template that is saved', () => {
  const problem = (template: string, variables: Variable[] = []) => refusalOf(() => checkVersionTemplate(template, variables))?.message;

  it('may name variables that come later', () => {
    expect(problem(DEFAULT_VERSION_TEMPLATE)).toBeUndefined();
    expect(problem('#{Line}.#{Slipway.Version.NextPatch}')).toBeUndefined();
  });

  it('may name all that Slipway gives version templates', () => {
    for (const name of VERSION_NAMES) expect(problem(`1.0.0-x#{${name}}`)).toBeUndefined();
  });

  it('must be readable, name nothing of Slipway that there is not, and give a version', () => {
    expect(problem('1.0.#{Slipway.Version.NextPatch')).toContain('never closed');
    expect(problem('1.0.#{Slipway.Version.NextBuild}')).toContain('Slipway.Version.NextBuild');
    expect(problem('#{Line}.#{Slipway.Version.NextBuild}')).toContain('Slipway.Version.NextBuild');
    expect(problem('1.0.0#{if Slipway.Version.NextBuild}-x#{/if}')).toContain('Slipway.Version.NextBuild');
    expect(problem('v#{Slipway.Version.NextMajor}')).toContain('v2 is no Semantic Version');
    expect(problem('#{Line}', [{ name: 'Line', value: 'one' }])).toContain('one is no Semantic Version');
  });
});

describe('a version of a release', () => {
  it('is a Semantic Version of at most 100 characters, exactly as it is written', () => {
    for (const version of ['1.0.0', '0.0.1-rc.1+build.7', `1.0.0-${'a'.repeat(94)}`]) expect(isReleaseVersion(version)).toBe(true);
    for (const wrong of ['v1.0.0', ' 1.0.0', '1.0', '01.0.0', `1.0.0-${'a'.repeat(95)}`, 1, undefined])
      expect(isReleaseVersion(wrong)).toBe(false);
  });
});
