import { defined, durationMs, isDomainError, timeAfter } from '@slipway/kernel';
import { DELAY, DEPLOY_RELEASE, MANUAL_INTERVENTION, MAX_WORK_OF_MANY, type Step, type VariableResolver } from '@slipway/projects/contract';
import { type KnownDeployment, refOf } from './deployment';
import type { AttemptRef, DeploymentEvent, DeploymentRef, PlannedStep } from './deployment.events';
import { resolverFor, type Surroundings } from './frozen';
import { interruptionId } from './raise';

/** The try of a step that is to begin. */
export interface Beginning {
  readonly planned: PlannedStep;
  readonly attempt: number;
  readonly token: number;
}

interface Place {
  readonly at: DeploymentRef & AttemptRef;
  readonly planned: PlannedStep;
  readonly step: Step;
  readonly texts: VariableResolver;
}

/** How a try begins: offered to workers, or, where the deployment itself carries it out, as the type of the step wants it. */
export function begin(state: KnownDeployment, beginning: Beginning, on: Surroundings): DeploymentEvent[] {
  const { planned, attempt, token } = beginning;
  const at = { ...refOf(state), step: planned.name, attempt, token };
  const step = on.frozen.steps.find((one) => one.name === planned.name);
  try {
    if (!step) throw new Error(`the release has no step ${planned.name}, though the plan has it`);
    const texts = resolverFor(state, on.frozen, step, MAX_WORK_OF_MANY);
    const { condition } = planned;
    if (typeof condition === 'object' && !texts.holds(condition.expression)) {
      const { expression } = condition;
      const message = `The condition of step ${planned.name} does not hold: ${expression}`;
      const reason = { code: 'condition-false', message, facts: { expression }, events: [] };
      return [{ type: 'StepSkipped', data: { ...refOf(state), step: planned.name, reason } }];
    }
    return [begun({ at, planned, step, texts }, state, on)];
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const cause = { code: error.code, message: error.message };
    return [{ type: 'StepFailed', data: { ...at, cause, outputs: {}, unbegun: true } }];
  }
}

function begun(place: Place, state: KnownDeployment, on: Surroundings): DeploymentEvent {
  const { at, planned } = place;
  switch (planned.type) {
    case MANUAL_INTERVENTION:
      return manual(place, on);
    case DELAY:
      return delay(place, on);
    case DEPLOY_RELEASE:
      return child(place, state, on);
    default:
      return { type: 'StepDispatched', data: { ...at, pool: planned.pool } };
  }
}

function deadline({ timeoutMs }: PlannedStep, { meta }: Surroundings): string | undefined {
  return timeoutMs === undefined ? undefined : timeAfter(meta.now, timeoutMs);
}

function manual({ at, planned, step, texts }: Place, on: Surroundings): DeploymentEvent {
  const input = step.input as { instructions: string; responsible?: string };
  return {
    type: 'InterruptionRaised',
    data: defined({
      ...at,
      interruption: interruptionId(at, on.meta),
      kind: 'manual-intervention' as const,
      answers: ['proceed', 'abort'] as const,
      instructions: texts.expand(input.instructions, 'the instructions'),
      responsible: input.responsible === undefined ? undefined : texts.expand(input.responsible, 'the person responsible'),
      deadline: deadline(planned, on),
    }),
  };
}

function delay({ at, step }: Place, { meta }: Surroundings): DeploymentEvent {
  const { duration } = step.input as { duration: string };
  return { type: 'StepDelayed', data: { ...at, until: timeAfter(meta.now, durationMs(duration) ?? 0) } };
}

function child({ at, planned, step }: Place, { parent, project, environment }: KnownDeployment, on: Surroundings): DeploymentEvent {
  const input = step.input as { project: string; version?: string; environment?: string };
  return {
    type: 'ChildDeploymentRequested',
    data: defined({
      ...at,
      child: { project: input.project, version: input.version ?? 'latest', environment: input.environment ?? environment },
      ancestors: [...(parent?.ancestors ?? []), project],
      deadline: deadline(planned, on),
    }),
  };
}
