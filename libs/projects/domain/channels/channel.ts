/** A lane of a project's releases: which lifecycle they take, and which versions they may have. */
export interface Channel {
  readonly slug: string;
  readonly name?: string;
  readonly description?: string;
  /** That of releases that name none; exactly one of a project's channels is it. */
  readonly default: boolean;
  /** Slug; absent: the project's. */
  readonly lifecycle?: string;
  /** Range in the syntax of node-semver, in which the release's version must lie. Prereleases are ordered as versions, not left out. */
  readonly versions?: string;
  /** `none`: no prerelease; `any` or absent: both; else a pattern (RE2) that the whole prerelease tag must match, that of a version without one being empty. */
  readonly prerelease?: string;
}

export const MAX_CHANNELS = 30;

/** What a project has that never set any. */
export const IMPLICIT_CHANNELS: readonly Channel[] = [{ slug: 'default', default: true }];

/** The channel of that slug; without one the default. */
export function channelOf(channels: readonly Channel[], slug?: string): Channel | undefined {
  return channels.find((channel) => (slug === undefined ? channel.default : channel.slug === slug));
}
