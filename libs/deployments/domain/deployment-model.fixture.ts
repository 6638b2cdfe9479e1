import { DELAY, DEPLOY_RELEASE, MANUAL_INTERVENTION } from '@slipway/projects/contract';
import fc from 'fast-check';
import type { PlannedStep } from './deployment.events';
import { NOT_HERE, planned } from './deployment.fixture';

/** How a try of a step goes. A person who says nothing in time, and another project that takes too long, are `timed-out`. */
export type Try = 'succeeded' | 'failed' | 'lost' | 'timed-out';
type Answer = 'retry' | 'ignore' | 'fail';

/** A step, what becomes of each of its tries, and what a person says each time its failure is asked about; both begin again at their ends. */
export interface ScriptedStep {
  readonly planned: PlannedStep;
  readonly tries: readonly Try[];
  readonly answers: readonly Answer[];
}

export interface World {
  readonly steps: readonly ScriptedStep[];
  readonly guided: boolean;
}

export interface Outcome {
  readonly state: 'succeeded' | 'failed';
  readonly withWarnings: boolean;
  readonly steps: Readonly<Record<string, string>>;
}

export const ON = '#{On}';
export const ERROR = '#{Slipway.Deployment.Error}';
/** Refers to itself: nobody can judge it. */
export const LOOP = '#{Loop}';
const expressions = fc.oneof(
  fc.constantFrom(ON, ON, '#{Off}', ERROR, LOOP),
  fc.nat({ max: 5 }).map((number) => `#{Step[S${number}].Output.Done}`),
);
const conditions = fc.oneof(
  { weight: 3, arbitrary: fc.constant('success' as const) },
  { weight: 2, arbitrary: fc.constantFrom('failure' as const, 'always' as const) },
  { weight: 2, arbitrary: expressions.map((expression) => ({ expression })) },
);
const scripted = fc.record({
  type: fc.constantFrom('script', 'script', 'script', DELAY, DEPLOY_RELEASE, MANUAL_INTERVENTION),
  condition: conditions,
  beside: fc.boolean(),
  retries: fc.option(fc.record({ attempts: fc.integer({ min: 2, max: 4 }), delayMs: fc.constantFrom(0, 5_000), backoff: fc.constant(2) })),
  required: fc.boolean(),
  excluded: fc.nat({ max: 9 }).map((one) => one === 0),
  skipped: fc.nat({ max: 9 }).map((one) => one === 0),
  tries: fc.array(fc.constantFrom<Try>('succeeded', 'succeeded', 'failed', 'lost', 'timed-out'), { minLength: 1, maxLength: 4 }),
  answers: fc.array(fc.constantFrom<Answer>('retry', 'ignore', 'fail'), { maxLength: 3 }),
});

/** Processes as they may be saved, and worlds in which everything ends: whoever is asked often enough lets it fail. */
export const worlds: fc.Arbitrary<World> = fc.record({
  guided: fc.boolean(),
  steps: fc.array(scripted, { minLength: 1, maxLength: 6 }).map((shapes) =>
    shapes.map(({ type, condition, beside, retries, required, excluded, skipped, tries, answers }, number): ScriptedStep => {
      const manual = type === MANUAL_INTERVENTION;
      const alone = number === 0 || manual || shapes[number - 1]?.type === MANUAL_INTERVENTION;
      const again = retries && !manual && type !== DELAY ? { retries } : {};
      const limit = type === DELAY ? {} : { timeoutMs: 3_600_000 };
      const start = beside && !alone ? ('with-previous' as const) : ('after-previous' as const);
      const skip = skipped ? { skip: NOT_HERE } : {};
      const rest = { type, condition, start, required, excluded: excluded && !required };
      return { planned: planned(`S${number}`, { ...rest, ...again, ...limit, ...skip }), tries, answers: [...answers, 'fail'] };
    }),
  ),
});

/** How the n-th try goes, from 1: of a delay always well, of a person or another project never `lost`. */
export function tryOf({ planned: { type }, tries }: ScriptedStep, number: number): Try {
  const said = tries[(number - 1) % tries.length] ?? 'succeeded';
  if (type === DELAY) return 'succeeded';
  return said === 'lost' && type !== 'script' ? 'failed' : said;
}

/** What is said the n-th time a person is asked about a failure, from 1. To ignore what is required is not offered. */
export function answerOf({ planned: { required }, answers }: ScriptedStep, number: number): Answer {
  const said = answers[(number - 1) % answers.length] ?? 'fail';
  return said === 'ignore' && required ? 'fail' : said;
}

interface Ended {
  readonly state: string;
  readonly stands: boolean;
  readonly ignored: boolean;
}

/** One step by itself, try after try. */
function ends(step: ScriptedStep, guided: boolean): Ended {
  const { type, retries, condition } = step.planned;
  const never = typeof condition === 'object' && condition.expression === LOOP;
  let asked = 0;
  for (let number = 1; ; number += 1) {
    const state = never ? 'failed' : tryOf(step, number);
    if (state === 'succeeded') return { state, stands: false, ignored: false };
    if (!never && type !== MANUAL_INTERVENTION && number < (retries?.attempts ?? 1)) continue;
    if ((!never && type === MANUAL_INTERVENTION) || !guided) return { state, stands: true, ignored: false };
    asked += 1;
    const answer = answerOf(step, asked);
    if (answer !== 'retry') return { state, stands: answer === 'fail', ignored: answer === 'ignore' };
  }
}

/** Slowly, and without any events: group after group, step after step. */
export function model({ steps, guided }: World): Outcome {
  const states: Record<string, string> = {};
  const done = new Set<string>();
  let [failed, withWarnings] = [false, false];
  for (let first = 0; first < steps.length;) {
    let next = first + 1;
    while (steps[next]?.planned.start === 'with-previous') next += 1;
    const before = { failed, done: new Set(done) };
    for (const step of steps.slice(first, next)) {
      const { name, type, excluded } = step.planned;
      if (excluded || !wanted(step.planned, before)) {
        states[name] = excluded ? 'excluded' : 'skipped';
        continue;
      }
      const { state, stands, ignored } = ends(step, guided);
      states[name] = state;
      failed ||= stands;
      withWarnings ||= ignored;
      if (state === 'succeeded' && (type === 'script' || type === MANUAL_INTERVENTION)) done.add(name);
    }
    first = next;
  }
  return { state: failed ? 'failed' : 'succeeded', withWarnings: withWarnings && !failed, steps: states };
}

function wanted({ condition, skip }: PlannedStep, { failed, done }: { failed: boolean; done: ReadonlySet<string> }): boolean {
  if (skip) return false;
  if (condition === 'always' || condition === 'success' || condition === 'failure') {
    return condition === 'always' || failed === (condition === 'failure');
  }
  const { expression } = condition;
  if (expression === ON || expression === LOOP) return true;
  if (expression === ERROR) return failed;
  return [...done].some((name) => expression === `#{Step[${name}].Output.Done}`);
}
