import type { Reason } from '@slipway/kernel';
import type { Retention } from '@slipway/lifecycles/contract';
import { unfinished } from './deletability';
import { successesIn } from './progression';
import type { KnownRelease } from './release';

/** A phase that a release had a success in, or the first one where it had none anywhere, and whether it is one too many there. */
export interface RetainedPhase {
  readonly phase: string;
  readonly rule: Retention;
  /** Of its latest success there, or of its creation. */
  readonly since: string;
  /** Among the releases of the project there, the newest first, from 1. */
  readonly place: number;
  readonly surplus: boolean;
}

/** What retention makes of a release: it goes when it is surplus in every phase, and nothing protects it. */
export interface RetentionVerdict {
  readonly release: KnownRelease;
  readonly goes: boolean;
  readonly phases: readonly RetainedPhase[];
  readonly protectedBy: readonly Reason[];
}

/** The rule in force for a phase of a lifecycle, told by slug and name. */
export type RetentionRules = (lifecycle: string, phase: string) => Retention;

const DAY_MS = 24 * 3_600_000;

/**
 * Judges all releases of a project that lists show (domain.md §8). Releases count together where lifecycle and phase are the same. Whatever is current in any
 * environment, or was before that, stays; so does what is being deployed. `now` is RFC 3339 UTC.
 */
export function judgeRetention(releases: readonly KnownRelease[], rules: RetentionRules, now: string): RetentionVerdict[] {
  const protection = protectedReleases(releases);
  const counted = new Map(releases.map((release) => [release, countedIn(release)]));
  const places = placesOf(counted);
  return releases.map((release) => {
    const phases = (counted.get(release) ?? []).map(({ phase, since }): RetainedPhase => {
      const rule = rules(release.lifecycle.slug, phase);
      const place = places.get(groupOf(release, phase))?.get(release) ?? 1;
      return { phase, rule, since, place, surplus: isSurplus(rule, place, Date.parse(now) - Date.parse(since)) };
    });
    const protectedBy = [...(protection.get(release) ?? []), ...unfinished(release)];
    return { release, goes: protectedBy.length === 0 && phases.every((one) => one.surplus), phases, protectedBy };
  });
}

function isSurplus(rule: Retention, place: number, ageMs: number): boolean {
  if ('releases' in rule) return place > rule.releases;
  return 'days' in rule && ageMs > rule.days * DAY_MS;
}

interface Counted {
  readonly phase: string;
  readonly since: string;
}

function countedIn(release: KnownRelease): Counted[] {
  const { phases } = release.lifecycle;
  const had = phases.flatMap(({ name, environments }) => {
    const ends = environments.flatMap(({ environment }) => successesIn(release, environment).flatMap((one) => one.concluded?.at ?? []));
    const since = ends.sort().at(-1);
    return since === undefined ? [] : [{ phase: name, since }];
  });
  return had.length > 0 ? had : phases.slice(0, 1).map(({ name }) => ({ phase: name, since: release.createdAt }));
}

function groupOf({ lifecycle }: KnownRelease, phase: string): string {
  return JSON.stringify([lifecycle.slug, phase]);
}

/** The place of each release among those of a phase, the newest first. */
function placesOf(counted: ReadonlyMap<KnownRelease, readonly Counted[]>): Map<string, Map<KnownRelease, number>> {
  const newestFirst = [...counted].flatMap(([release, phases]) =>
    phases.map(({ phase, since }) => ({ release, group: groupOf(release, phase), since })),
  );
  newestFirst.sort((a, b) => (a.since === b.since ? 0 : a.since < b.since ? 1 : -1));
  const places = new Map<string, Map<KnownRelease, number>>();
  for (const { release, group } of newestFirst) {
    const known = places.get(group) ?? new Map<KnownRelease, number>();
    places.set(group, known.set(release, known.size + 1));
  }
  return places;
}

/** What is current in each environment, and the release that was before it. */
function protectedReleases(releases: readonly KnownRelease[]): Map<KnownRelease, Reason[]> {
  const runs = releases.flatMap((release) =>
    release.deployments.flatMap(({ environment, concluded }) =>
      concluded?.outcome === 'succeeded' ? [{ release, environment, position: concluded.position, event: concluded.event }] : [],
    ),
  );
  runs.sort((a, b) => (a.position < b.position ? 1 : -1));
  const reasons = new Map<KnownRelease, Reason[]>();
  for (const environment of new Set(runs.map((run) => run.environment))) {
    const there = runs.filter((run) => run.environment === environment);
    const current = there[0];
    const before = there.find(({ release }) => release !== current?.release);
    for (const run of [current, before]) {
      if (!run) continue;
      const facts = { environment };
      const reason: Reason =
        run === current
          ? { code: 'release-current', message: `It is what runs in ${environment}.`, facts, events: [run.event] }
          : { code: 'release-before-current', message: `It is what ran in ${environment} before.`, facts, events: [run.event] };
      reasons.set(run.release, [...(reasons.get(run.release) ?? []), reason]);
    }
  }
  return reasons;
}
