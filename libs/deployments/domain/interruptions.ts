import { DomainError, type FieldError, OUTPUT_NAME, pointerPart, refuseFaults } from '@slipway/kernel';
import { nameKey } from '@slipway/projects/contract';
import { begin } from './begin';
import { attemptOf, type AwaitingIntervention, type KnownDeployment, refOf } from './deployment';
import type { ResolveInterruptionCommand, TakeInterruptionCommand } from './deployment.commands';
import type { DeploymentEvent } from './deployment.events';
import { applied } from './evolve-deployment';
import { andOn, attemptOver } from './flow';
import type { Surroundings } from './frozen';

/** One person takes it; taking it again is a repeat, a second person is refused. */
export function take({ data, meta }: TakeInterruptionCommand, state: KnownDeployment): DeploymentEvent[] {
  const waiting = asking(state, data.interruption);
  const { id, step, takenBy } = waiting.interruption;
  if (takenBy === meta.actor) return [];
  if (takenBy !== undefined) throw takenAlready(waiting);
  return [{ type: 'InterruptionTaken', data: { ...refOf(state), interruption: id, step, by: meta.actor } }];
}

/** The answer of whoever took it, and what follows from it. */
export function resolve({ data, meta }: ResolveInterruptionCommand, state: KnownDeployment): DeploymentEvent[] {
  const waiting = asking(state, data.interruption);
  const { id, step, kind, answers, takenBy } = waiting.interruption;
  if (takenBy === undefined) {
    throw new DomainError(
      'conflict',
      'interruption.not-taken',
      `Nobody took interruption ${id} yet: POST …/interruptions/${id}/take first.`,
      {
        interruption: id,
      },
    );
  }
  if (takenBy !== meta.actor) throw takenAlready(waiting);
  const answer = answers.find((one) => one === data.answer);
  if (!answer) {
    throw new DomainError(
      'conflict',
      'interruption.answer-not-offered',
      `\`${data.answer}\` is no answer to this interruption of step ${step}: it offers ${answers.join(', ')}.`,
      { answers },
      [{ pointer: '/answer', message: `must be one of ${answers.join(', ')}` }],
    );
  }
  if (data.outputs && kind !== 'manual-intervention') {
    const message = 'only a manual intervention sets outputs';
    throw new DomainError('conflict', 'interruption.no-outputs', `The answer is refused: ${message}.`, {}, [
      { pointer: '/outputs', message },
    ]);
  }
  refuseFaults(outputFaults(data.outputs ?? {}), 'interruption.outputs', 'The answer is refused');
  const notes = data.notes === undefined ? {} : { notes: data.notes };
  const resolved: DeploymentEvent = {
    type: 'InterruptionResolved',
    data: { ...refOf(state), interruption: id, step, by: meta.actor, answer, ...notes },
  };
  const on = { meta, frozen: data.frozen };
  return [resolved, ...following(waiting, { ...data, answer, resolved }, on)];
}

/** Said by the answer itself, whatever a person says. */
const SAID = /^manual\./i;

function outputFaults(outputs: Readonly<Record<string, string>>): FieldError[] {
  const seen = new Map<string, string>();
  return Object.keys(outputs).flatMap((name) => {
    const pointer = `/outputs/${pointerPart(name)}`;
    const same = seen.get(nameKey(name));
    seen.set(nameKey(name), name);
    if (same !== undefined)
      return [{ pointer, message: `differs from ${same} only in case, and later steps read both as one: leave one out` }];
    if (SAID.test(name)) return [{ pointer, message: 'is set by the answer itself: choose another name' }];
    return OUTPUT_NAME.test(name)
      ? []
      : [{ pointer, message: 'must be called by letters, digits, _, . and -, at most 128, the first one a letter or _' }];
  });
}

type Answered = ResolveInterruptionCommand['data'] & { readonly resolved: DeploymentEvent };

function following(
  waiting: AwaitingIntervention,
  { answer, notes = '', outputs = {}, resolved }: Answered,
  on: Surroundings,
): DeploymentEvent[] {
  const { step, attempt } = waiting.interruption;
  const after = applied(waiting, resolved);
  const at = attemptOf(waiting, waiting.interruption);
  const said = { ...outputs, 'Manual.Notes': notes, 'Manual.ResponsibleUser': on.meta.actor };
  switch (answer) {
    case 'proceed':
      return attemptOver(after, { type: 'StepSucceeded', data: { ...at, outputs: { ...said, 'Manual.Approved': 'True' } } }, on);
    case 'abort': {
      const cause = { code: 'step.aborted', message: `aborted by ${on.meta.actor}${notes === '' ? '' : `: ${notes}`}` };
      return attemptOver(after, { type: 'StepFailed', data: { ...at, cause, outputs: { ...said, 'Manual.Approved': 'False' } } }, on);
    }
    case 'retry': {
      const planned = waiting.plan.find((one) => one.name === step);
      if (!planned) throw new Error(`the plan has no step ${step}`);
      return andOn(after, begin(after, { planned, attempt: attempt + 1, token: after.lastToken + 1 }, on), on);
    }
    default:
      return andOn(after, [], on);
  }
}

/** The deployment, if it waits for an answer to this interruption. One that is over refuses everybody, before it is asked who took it. */
function asking(state: KnownDeployment, interruption: string): AwaitingIntervention {
  if (state.status === 'awaiting-intervention' && state.interruption.id === interruption) return state;
  if (state.asked.includes(interruption)) {
    throw new DomainError(
      'conflict',
      'interruption.resolved',
      `Interruption ${interruption} is over: nobody is asked any more; GET …/interruptions/${interruption} says how it ended.`,
      {
        interruption,
        deployment: state.deployment,
        state: state.status,
      },
    );
  }
  throw new DomainError('not-found', 'interruption.not-found', `There is no interruption ${interruption}.`, { interruption });
}

function takenAlready({ interruption: { id, takenBy } }: AwaitingIntervention): DomainError {
  return new DomainError('conflict', 'interruption.taken', `Interruption ${id} was taken by ${takenBy}: only they answer it.`, {
    interruption: id,
    takenBy,
  });
}
