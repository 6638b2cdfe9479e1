import fc from 'fast-check';
import { recorded } from '@slipway/kernel/testing';
import type { Variable } from '@slipway/projects/contract';
import { answerOf, model, type Outcome, type ScriptedStep, tryOf, type World, worlds } from './deployment-model.fixture';
import { Story } from './deployment-story.fixture';
import type { Out } from './deployment';
import type { DeploymentEvent } from './deployment.events';
import { LOG } from './deployment.fixture';
import { decided, type DeploymentView, type ViewFold } from './deployment-view';
import { evolveView, openedView } from './evolve-view';

const SEED = Number(process.env['SEED'] ?? 20_260_105);
const RUNS = { seed: SEED, numRuns: 250 };
const MOST_MOVES = 1_000;
const VARIABLES: Variable[] = [
  { name: 'On', value: 'true', scope: {} },
  { name: 'Loop', value: '#{Loop}', scope: {} },
];
const DONE = { Done: 'yes' };

/** Which of those under way comes next, and whether its offer is lost on the way first: begun again at the end. */
const orders = fc.array(fc.record({ which: fc.nat(), stale: fc.nat({ max: 4 }).map((one) => one === 0) }), { minLength: 1, maxLength: 20 });

function playing({ steps, guided }: World): Story {
  const story = new Story(
    steps.map((step) => step.planned),
    { failureMode: guided ? 'guided' : 'fail', variables: VARIABLES },
  );
  story.starts();
  return story;
}

class Play {
  readonly story: Story;
  private readonly asked = new Map<string, number>();

  constructor(private readonly world: World) {
    this.story = playing(world);
  }

  get isOver(): boolean {
    return !['executing', 'awaiting-intervention', 'cancelling'].includes(this.story.state.status);
  }

  /** One thing happens. */
  move(which: number, isStale: boolean): void {
    const { story } = this;
    if (story.state.status === 'awaiting-intervention') return this.answers();
    const out = story.out[which % story.out.length];
    if (!out) throw new Error(`nothing is waited for, yet the deployment is ${story.state.status}`);
    if (isStale && out.kind === 'attempt' && !out.worker) return void story.decides({ type: 'RedispatchAttempt', data: out });
    this.goesOn(out, this.step(out.step));
  }

  private goesOn(out: Out, step: ScriptedStep): void {
    const { story } = this;
    switch (out.kind) {
      case 'delay':
        return this.passes(out.until, out.step);
      case 'retry':
        return this.passes(out.at, out.step);
      case 'child':
        return this.child(out, step);
      case 'attempt':
        return void (out.worker ? this.ends(out, step) : story.claims(out.step));
    }
  }

  private passes(time: string, step: string): void {
    this.story.clock = Math.max(this.story.clock, Date.parse(time) - Date.parse('2026-01-05T08:00:00.000Z'));
    this.story.wakes(step);
  }

  private child(out: Extract<Out, { kind: 'child' }>, step: ScriptedStep): void {
    if (this.story.schedulesChild(out.step).length > 0) return;
    const how = tryOf(step, out.attempt);
    if (how === 'timed-out' && out.deadline !== undefined && this.story.state.status === 'executing')
      return this.passes(out.deadline, out.step);
    this.story.childEnds(out.step, how === 'succeeded' ? 'succeeded' : 'failed');
  }

  private ends({ step: name, attempt }: Out, step: ScriptedStep): void {
    switch (tryOf(step, attempt)) {
      case 'succeeded':
        return void this.story.ends(name, { kind: 'succeeded', outputs: DONE, ...LOG });
      case 'failed':
        return void this.story.ends(name, { kind: 'failed', error: 'no', outputs: {}, ...LOG });
      case 'timed-out':
        return void this.story.ends(name, { kind: 'timed-out', error: 'slow', ...LOG });
      case 'lost':
        return void this.story.loses(name);
    }
  }

  private answers(): void {
    const { step: name, kind, deadline, attempt } = this.story.interruption;
    const step = this.step(name);
    const times = (this.asked.get(name) ?? 0) + 1;
    this.asked.set(name, times);
    if (kind === 'guided-failure') return void this.story.answers(answerOf(step, times));
    const how = tryOf(step, attempt);
    if (how === 'timed-out' && deadline !== undefined) return this.passes(deadline, name);
    this.story.answers(how === 'succeeded' ? 'proceed' : 'abort', how === 'succeeded' ? { outputs: DONE } : {});
  }

  private step(name: string): ScriptedStep {
    const found = this.world.steps.find((one) => one.planned.name === name);
    if (!found) throw new Error(`no step ${name}`);
    return found;
  }
}

type Order = readonly { readonly which: number; readonly stale: boolean }[];

/** Until it has ended; `before`: what else happens before a move. */
function played(world: World, order: Order, before: (play: Play, move: number) => void = () => undefined): Play {
  const play = new Play(world);
  for (let move = 0; !play.isOver; move += 1) {
    if (move > MOST_MOVES) throw new Error(`it has not ended after ${MOST_MOVES} moves: ${JSON.stringify(play.story.state)}`);
    before(play, move);
    const { which, stale } = order[move % order.length]!;
    if (!play.isOver) play.move(which, stale && move < order.length);
  }
  return play;
}

function viewOf({ events }: Story): DeploymentView {
  const [first, ...rest] = recorded(events);
  if (first?.type !== 'DeploymentOpened') throw new Error('a history begins with DeploymentOpened');
  return decided(rest.reduce<ViewFold>(evolveView, { view: openedView(first) }));
}

function outcomeOf(story: Story): Outcome {
  const { state, withWarnings = false, steps } = viewOf(story);
  return { state: state as Outcome['state'], withWarnings, steps: Object.fromEntries(steps.map((one) => [one.name, one.state])) };
}

const FINAL = ['succeeded', 'failed', 'lost', 'timed-out', 'skipped', 'excluded'];
const BEGINNINGS = ['StepDispatched', 'StepDelayed', 'ChildDeploymentRequested', 'InterruptionRaised', 'StepFailed'];
const ENDS = ['DeploymentSucceeded', 'DeploymentFailed', 'DeploymentCancelled'];

/** What holds of every history, however it went. */
function checkHistory(story: Story, { steps }: World): void {
  const { events } = story;
  expect(events.filter(({ type }) => ENDS.includes(type))).toEqual(events.slice(-1));
  for (const { name, state, attempts } of viewOf(story).steps) {
    expect([name, FINAL.includes(state)]).toEqual([name, true]);
    expect(attempts.map(({ number }) => number)).toEqual(attempts.map((_, index) => index + 1));
    expect(attempts.every((one) => FINAL.includes(one.state))).toBe(true);
  }
  checkOneByOne(events);
  const group = (step: string) => groupOf(steps, step);
  const begun: string[] = [];
  for (const { type, data } of events) {
    if (!BEGINNINGS.includes(type) || !('step' in data)) continue;
    const latest = Math.max(-1, ...begun.map(group));
    expect({ begins: data.step, after: latest <= group(data.step) }).toEqual({ begins: data.step, after: true });
    begun.push(data.step);
  }
}

/** Tokens rise from dispatch to dispatch; one person is asked at a time, while nothing runs, and each manual intervention asks once. */
function checkOneByOne(events: readonly DeploymentEvent[]): void {
  let [token, isOpen] = [0, false];
  const manual = events.flatMap(({ data }) => ('kind' in data && data.kind === 'manual-intervention' ? [data.step] : []));
  expect(new Set(manual).size).toBe(manual.length);
  for (const { type, data } of events) {
    if (type === 'StepDispatched' || type === 'StepDelayed' || type === 'ChildDeploymentRequested') {
      expect(isOpen).toBe(false);
      expect(data.token).toBeGreaterThan(token);
      token = data.token;
    }
    if (type === 'InterruptionRaised') expect(isOpen).toBe(false);
    if (type === 'InterruptionRaised') isOpen = true;
    if (['InterruptionResolved', 'StepTimedOut', 'DeploymentCancelled'].includes(type)) isOpen = false;
  }
  expect(isOpen).toBe(false);
}

function groupOf(steps: World['steps'], name: string): number {
  let group = -1;
  for (const { planned } of steps) {
    if (planned.start === 'after-previous') group += 1;
    if (planned.name === name) break;
  }
  return group;
}

describe(`any process, whatever its steps, its workers, the clock and people do (seed ${SEED})`, () => {
  it('ends once, as a slow model of it says, in whatever order things happen', () => {
    fc.assert(
      fc.property(worlds, orders, (world, order) => {
        const { story } = played(world, order);
        expect(outcomeOf(story)).toEqual(model(world));
        checkHistory(story, world);
      }),
      RUNS,
    );
  });

  it('ends cancelled when it is cancelled at any time, and no step begins after that', () => {
    fc.assert(
      fc.property(worlds, orders, fc.nat({ max: 12 }), fc.boolean(), (world, order, moment, isSilent) => {
        let [cancelled, begun] = [false, 0];
        const { story } = played(world, order, ({ story: running }, move) => {
          if (move === moment) {
            running.cancels();
            [cancelled, begun] = [true, running.events.length];
          }
          if (!cancelled || !isSilent || running.state.status !== 'cancelling') return;
          running.clock += 30_000;
          running.cancelExpires();
        });
        checkHistory(story, world);
        if (!cancelled) return;
        expect(story.state.status).toBe('cancelled');
        const later = story.events.slice(begun).map(({ type }) => type);
        expect(later.filter((type) => BEGINNINGS.includes(type) && type !== 'StepFailed')).toEqual([]);
      }),
      RUNS,
    );
  });
});
