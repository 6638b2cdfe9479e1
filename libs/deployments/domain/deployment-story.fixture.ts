import type { AttemptOutcome } from '@slipway/kernel';
import { recorded, testMeta } from '@slipway/kernel/testing';
import { type DeploymentState, type Out, outOf } from './deployment';
import type { DeploymentCommand } from './deployment.commands';
import { deploymentDecider } from './deployment.decider';
import type { AttemptRef, DeploymentEvent, PlannedStep } from './deployment.events';
import { CHILD, FAILED, frozen, LOG, opened, queued } from './deployment.fixture';
import type { Frozen } from './frozen';

type Asked = DeploymentCommand extends infer C ? (C extends DeploymentCommand ? Omit<C, 'meta'> : never) : never;
type Options = Parameters<typeof opened>[1] & { readonly variables?: Frozen['variables'] };
type Answered = Extract<DeploymentCommand, { type: 'ResolveInterruption' }>['data'];

const START = Date.parse('2026-01-05T08:00:00.000Z');

/** One deployment told step by step: each thing that happens to it answers with what was decided, in short. */
export class Story {
  readonly events: DeploymentEvent[];
  /** Milliseconds since it started. */
  clock = 0;
  private readonly frozen: Frozen;
  private asked = 0;
  private folded: { events: number; state: DeploymentState } = { events: 0, state: deploymentDecider.initialState };

  constructor(plan: readonly PlannedStep[], { variables = [], ...overrides }: Options = {}) {
    this.frozen = frozen(plan, variables);
    this.events = [opened(plan, overrides), queued];
  }

  get state(): DeploymentState {
    if (this.folded.events !== this.events.length) {
      const state = recorded(this.events).reduce(deploymentDecider.evolve, deploymentDecider.initialState);
      this.folded = { events: this.events.length, state };
    }
    return this.folded.state;
  }

  get out(): readonly Out[] {
    return outOf(this.state);
  }

  get interruption() {
    const { state } = this;
    if (state.status !== 'awaiting-intervention') throw new Error(`nobody is asked: the deployment is ${state.status}`);
    return state.interruption;
  }

  starts = () => this.decides({ type: 'StartDeployment', data: { verdict: { allowed: true, reasons: [] }, frozen: this.frozen } });
  claims = (step: string, worker = 'w1') => this.decides({ type: 'ClaimAttempt', data: { ...this.at(step), worker } });
  loses = (step: string) =>
    this.decides({ type: 'LoseAttempt', data: { ...this.at(step), cause: { code: 'step.lost', message: 'silent' }, frozen: this.frozen } });
  cannotCompose = (step: string) =>
    this.decides({ type: 'FailAttempt', data: { ...this.at(step), cause: { code: 'task.x', message: 'no task' }, frozen: this.frozen } });
  wakes = (step: string) => this.decides({ type: 'WakeStep', data: { step, frozen: this.frozen } });
  cancels = () => this.decides({ type: 'CancelDeployment', data: { leaseSeconds: 30 } });
  cancelExpires = () => this.decides({ type: 'ExpireCancel', data: {} });
  takes = (actor = 'ada', { id } = this.interruption) => this.decides({ type: 'TakeInterruption', data: { interruption: id } }, actor);
  schedulesChild = (step: string) => this.decides({ type: 'NoteChild', data: { token: this.at(step).token, child: CHILD } });

  ends(step: string, outcome: AttemptOutcome, worker = 'w1'): string[] {
    return this.decides({ type: 'ReportAttempt', data: { ...this.at(step), worker, outcome, frozen: this.frozen } });
  }

  /** Claimed and ended by the same worker. */
  runs(step: string, outcome: AttemptOutcome): string[] {
    this.claims(step);
    return this.ends(step, outcome);
  }

  succeeds = (step: string, outputs: Readonly<Record<string, string>> = {}) =>
    this.runs(step, { kind: 'succeeded', exitCode: 0, outputs, ...LOG });
  fails = (step: string) => this.runs(step, FAILED);

  childEnds(step: string, outcome: 'succeeded' | 'failed' | 'cancelled' | 'refused' | 'expired'): string[] {
    const cause = outcome === 'succeeded' ? {} : { cause: { code: `deployment-${outcome}`, message: 'exit code 1' } };
    return this.decides({
      type: 'ReportChild',
      data: { token: this.at(step).token, child: CHILD, outcome, ...cause, frozen: this.frozen },
    });
  }

  /** By whoever took it. */
  resolves(answer: string, more: Partial<Answered> = {}, actor = 'ada'): string[] {
    const data = { interruption: this.interruption.id, answer, frozen: this.frozen, ...more };
    return this.decides({ type: 'ResolveInterruption', data }, actor);
  }

  answers(answer: string, more: Partial<Answered> = {}): string[] {
    this.takes();
    return this.resolves(answer, more);
  }

  decides(command: Asked, actor = 'ada'): string[] {
    this.asked += 1;
    const now = new Date(START + this.clock).toISOString();
    const meta = testMeta({ now, actor, commandId: `command-${this.asked}` });
    const decided = deploymentDecider.decide({ ...command, meta }, this.state);
    this.events.push(...decided);
    return decided.map(inShort);
  }

  private at(step: string): AttemptRef {
    const out = this.out.find((one): one is Exclude<Out, { kind: 'retry' }> => one.step === step && one.kind !== 'retry');
    if (!out) throw new Error(`step ${step} is not under way`);
    return { step, attempt: out.attempt, token: out.token };
  }
}

type Shown = Partial<Record<'step' | 'answer' | 'at' | 'until', string>> & {
  readonly attempt?: number;
  readonly reason?: { readonly code?: string };
  readonly cause?: { readonly code: string };
  readonly withWarnings?: boolean;
};

/** Its name, then what tells it from others of that name: `StepSkipped Deploy earlier-step-failed`. */
function inShort({ type, data }: DeploymentEvent): string {
  const { step, attempt, at, until, answer, reason, cause, withWarnings } = data as Shown;
  const when = type === 'StepRetryPlanned' ? at : until;
  const why = type === 'InterruptionRaised' ? undefined : cause?.code;
  const parts = [type, step, attempt === undefined ? undefined : `#${attempt}`, answer, when, reason?.code, why];
  return [...parts, withWarnings === true ? 'with warnings' : undefined].filter((part) => part !== undefined).join(' ');
}
