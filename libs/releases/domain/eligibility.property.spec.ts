import fc from 'fast-check';
import type { Phase } from '@slipway/lifecycles/contract';
import { recorded, testMeta } from '@slipway/kernel/testing';
import type { KnownFreeze } from '@slipway/freezes/contract';
import { type Around, eligibility } from './eligibility';
import { evolveRelease, initialRelease, type KnownRelease, type ReleaseState } from './release';
import { blocked, conclude, created, createRelease, deployed, schedule } from './release.fixture';
import type { DeploymentOutcome, ReleaseEvent } from './release.events';
import { type ReleaseCommand, releaseDecider } from './release.decider';

const SEED = Number(process.env['SEED'] ?? 20_260_105);
const AROUND: Around = { at: '2026-01-05T08:00:00.000Z', freezes: [] };
const RUNS = { seed: SEED, numRuns: 200 };

/** Environments are numbered through all phases: e0, e1, e2 … */
const lifecycles: fc.Arbitrary<Phase[]> = fc
  .array(
    fc.record({
      automatic: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
      minimum: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      optional: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((shapes) => {
    let number = 0;
    return shapes.map(({ automatic, minimum, optional }, index) => ({
      name: `Phase ${index}`,
      environments: automatic.map((one) => ({ environment: `e${number++}`, automatic: one })),
      ...(minimum === undefined ? {} : { minimum: Math.min(minimum, automatic.length) }),
      optional,
    }));
  });
const outcomes = fc.constantFrom<DeploymentOutcome>('succeeded', 'succeeded', 'failed', 'cancelled', 'expired', 'refused');
const moves = fc.array(fc.tuple(fc.nat(), outcomes), { maxLength: 12 });
/** Before which of the moves somebody blocks the release, or lets it go on. */
const turns = fc.array(fc.boolean(), { maxLength: 12 });

const BLOCK = { type: 'BlockRelease', data: { reason: 'wait' } };
/** Hours of one day: `[3, 5]` freezes 03:00 and 04:00. */
const hour = (number: number) => new Date(Date.UTC(2026, 0, 5, number)).toISOString();
const freezes = fc
  .array(
    fc.record({
      from: fc.integer({ min: 0, max: 20 }),
      hours: fc.integer({ min: 1, max: 6 }),
      projects: fc.option(fc.subarray(['shop', 'blog'], { minLength: 1 }), { nil: undefined }),
      environments: fc.option(fc.subarray(['e0', 'e1', 'e2'], { minLength: 1 }), { nil: undefined }),
    }),
    { maxLength: 6 },
  )
  .map((all) => all.map((one, number) => ({ ...one, slug: `f${number}` })));

const environmentsOf = (phases: readonly Phase[]) => phases.flatMap((phase) => phase.environments.map((one) => one.environment));
const fold = (events: readonly ReleaseEvent[]) => recorded(events).reduce<ReleaseState>(evolveRelease, initialRelease) as KnownRelease;

/** Slowly: whether a block keeps a release with these successes from an environment. */
function barred(phases: readonly Phase[], successes: readonly string[], environment: string): boolean {
  for (const [index, phase] of phases.entries()) {
    const names = phase.environments.map((one) => one.environment);
    if (!names.includes(environment)) continue;
    if (index === 0) return false;
    for (const name of names) if (successes.includes(name)) return false;
    return true;
  }
  return false;
}

/** The rule, slowly: the phases that keep a release with these successes from an environment. */
function inTheWay(phases: readonly Phase[], successes: readonly string[], environment: string): string[] {
  const blocking: string[] = [];
  for (const phase of phases) {
    const names = phase.environments.map((one) => one.environment);
    if (names.includes(environment)) return blocking;
    let done = 0;
    for (const name of names) if (successes.includes(name)) done += 1;
    const complete = phase.minimum === undefined ? done === names.length : done >= phase.minimum;
    if (!complete && !phase.optional) blocking.push(phase.name);
  }
  return blocking;
}

function history(phases: readonly Phase[], moved: readonly (readonly [number, DeploymentOutcome])[]) {
  const environments = environmentsOf(phases);
  return moved.map(([pick, outcome], index) => ({
    environment: environments[pick % environments.length]!,
    outcome,
    deployment: `d${index}`,
  }));
}

describe(`eligibility over random lifecycles and histories (seed ${SEED})`, () => {
  it('says what the slow rule says, for every environment', () => {
    fc.assert(
      fc.property(lifecycles, moves, fc.boolean(), (phases, moved, isBlocked) => {
        const past = history(phases, moved);
        const release = fold([
          created(phases),
          ...(isBlocked ? [blocked()] : []),
          ...past.flatMap(({ environment, deployment, outcome }) => deployed(environment, deployment, { outcome })),
        ]);
        const successes = past.filter((one) => one.outcome === 'succeeded').map((one) => one.environment);
        for (const environment of environmentsOf(phases)) {
          const expected = inTheWay(phases, successes, environment);
          const { allowed, reasons } = eligibility(release, environment, AROUND);
          const closed = isBlocked && barred(phases, successes, environment);
          expect(reasons.filter((one) => one.code === 'release-blocked')).toHaveLength(closed ? 1 : 0);
          expect(reasons.flatMap((one) => (one.code === 'phase-incomplete' ? [one.facts['phase']] : []))).toEqual(expected);
          expect(allowed).toBe(expected.length === 0 && !closed);
        }
      }),
      RUNS,
    );
  });

  it('says of freezes what the slow rule says, at every hour, with what was overridden', () => {
    const overrides = fc.subarray(['f0', 'f1', 'f2', 'f3', 'f4', 'f5']);
    fc.assert(
      fc.property(lifecycles, freezes, overrides, (phases, said, overridden) => {
        const release = fold([created(phases)]);
        const known = said.map(({ from, hours, projects, environments, slug }): KnownFreeze => {
          const where = { ...(projects && { projects }), ...(environments && { environments }) };
          return { slug, ...where, start: hour(from), end: hour(from + hours), timeZone: 'UTC', events: [`${slug}-created`] };
        });
        const holding = (environment: string, at: number) =>
          said
            .filter(({ from, hours }) => from <= at && at < from + hours)
            .filter(({ projects }) => !projects || projects.includes('shop'))
            .filter(({ environments }) => !environments || environments.includes(environment))
            .map(({ slug }) => slug)
            .filter((slug) => !overridden.includes(slug));
        for (const environment of environmentsOf(phases)) {
          for (let now = 0; now < 24; now += 3) {
            const expected = holding(environment, now);
            let thaw = now;
            while (holding(environment, thaw).length > 0) thaw += 1;
            const { allowed, reasons, notBefore } = eligibility(release, environment, { at: hour(now), freezes: known, overridden });
            const frozen = reasons.filter((one) => one.code === 'freeze-active');
            expect(frozen.map((one) => one.facts['freeze'])).toEqual(expected);
            expect(notBefore).toBe(expected.length > 0 ? hour(thaw) : undefined);
            expect(allowed).toBe(reasons.length === 0);
            expect(reasons.length - frozen.length).toBe(inTheWay(phases, [], environment).length);
          }
        }
      }),
      { ...RUNS, numRuns: 40 },
    );
  });

  it('once given is never taken back by any later deployment', () => {
    fc.assert(
      fc.property(lifecycles, moves, (phases, moved) => {
        const events: ReleaseEvent[] = [created(phases)];
        let before = new Set<string>();
        for (const { environment, deployment, outcome } of history(phases, moved)) {
          events.push(...deployed(environment, deployment, { outcome }));
          const release = fold(events);
          const open = new Set(environmentsOf(phases).filter((one) => eligibility(release, one, AROUND).allowed));
          expect([...before].filter((one) => !open.has(one))).toEqual([]);
          before = open;
        }
      }),
      RUNS,
    );
  });

  it('opens each phase once, with its automatic environments, along any walk of decisions, blocks on the way too', () => {
    fc.assert(
      fc.property(lifecycles, moves, turns, (phases, moved, turned) => {
        const events: ReleaseEvent[] = [];
        let number = 0;
        const decide = (command: { type: string; data: object }) => {
          const meta = testMeta({ commandId: `command-${(number += 1)}` });
          const state = number === 1 ? initialRelease : fold(events);
          events.push(...releaseDecider.decide({ ...command, meta } as ReleaseCommand, state));
        };
        decide(createRelease(phases));
        for (const [step, [pick, outcome]] of moved.entries()) {
          if (turned[step]) decide(fold(events).status === 'blocked' ? { type: 'UnblockRelease', data: {} } : BLOCK);
          const release = fold(events);
          const open = environmentsOf(phases).filter((one) => eligibility(release, one, AROUND).allowed);
          decide(schedule(open[pick % open.length]!));
          const waiting = fold(events).deployments.filter((one) => !one.concluded);
          decide(
            conclude(waiting[pick % waiting.length]!.deployment, { outcome, started: outcome === 'succeeded' || outcome === 'failed' }),
          );
        }
        decide({ type: 'UnblockRelease', data: {} });
        expectOpened(phases, events);
      }),
      RUNS,
    );
  });
});

function expectOpened(phases: readonly Phase[], events: readonly ReleaseEvent[]): void {
  const release = fold(events);
  const reached = phases.filter((phase) => phase.environments.every((one) => eligibility(release, one.environment, AROUND).allowed));
  const automatic = reached.filter((phase) => !phase.optional).flatMap((phase) => phase.environments.filter((one) => one.automatic));
  const queued = events.flatMap((event) => (event.type === 'DeploymentScheduled' && event.data.automatic ? [event.data.environment] : []));
  expect(release.phasesReached.toSorted()).toEqual(reached.map((phase) => phase.name).toSorted());
  expect(queued.toSorted()).toEqual(automatic.map((one) => one.environment).toSorted());
  expect(new Set(release.deployments.map((one) => one.deployment)).size).toBe(release.deployments.length);
  const pairs = release.links.map((link) => `${link.from} ${link.to}`);
  expect(new Set(pairs).size).toBe(pairs.length);
}
