import {
  type AttemptRef,
  isDomainError,
  isWorked,
  MAX_MESSAGE_BYTES,
  type Message,
  type RecordedEvent,
  type StepTypes,
  type Task,
  tasksTopic,
} from '@slipway/kernel';
import { LatestValues } from '@slipway/projects/contract';
import type { KnownRelease } from '@slipway/releases/contract';
import type { Cause, StepDispatched } from '../domain/deployment.events';
import type { KnownDeployment } from '../domain/deployment';
import { frozenOf, resolverFor } from '../domain/frozen';

export interface TaskSurroundings {
  readonly release: KnownRelease;
  readonly deployment: KnownDeployment;
  readonly stepTypes: StepTypes;
  readonly leaseSeconds: number;
}

/** The task of a dispatched attempt, or why it cannot be composed: pure, from the release's frozen process and its variable snapshot. */
export function stepTask(event: RecordedEvent<StepDispatched>, around: TaskSurroundings): { message: Message } | { cause: Cause } {
  try {
    const task = compose(event, around);
    if ('code' in task) return { cause: task };
    const value = JSON.stringify(task);
    const bytes = Buffer.byteLength(value);
    if (bytes > MAX_MESSAGE_BYTES) {
      return {
        cause: {
          code: 'task.too-large',
          message: `its input and variables take ${bytes} bytes, more than the ${MAX_MESSAGE_BYTES} that a message may have: make them smaller`,
        },
      };
    }
    return { message: { topic: tasksTopic(task.pool), key: keyOf(task), value } };
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return { cause: { code: error.code, message: error.message } };
  }
}

function keyOf({ deployment, step, attempt, token }: AttemptRef): string {
  return `${deployment}/${step}/${attempt}/${token}`;
}

/** A memory of work, never of truth. */
const latest = new LatestValues();

function compose(
  { data, metadata }: RecordedEvent<StepDispatched>,
  { release, deployment, stepTypes, leaseSeconds }: TaskSurroundings,
): Task | Cause {
  const step = release.process.steps.find((one) => one.name === data.step);
  const type = step && stepTypes.find(step.type);
  const frozen = frozenOf(release, deployment.variablesSnapshot);
  const planned = deployment.plan.find((one) => one.name === data.step);
  if (!step || !frozen || !planned)
    return {
      code: 'task.incomplete',
      message: `release ${release.version} lacks the step or its variable snapshot ${deployment.variablesSnapshot}`,
    };
  if (!type || !isWorked(type))
    return { code: 'task.unknown-step-type', message: `this Slipway has no step type ${step.type}: run one that has` };
  const { values, warnings } = latest.of(resolverFor(deployment, frozen, step));
  const texts = resolverFor(deployment, frozen, step);
  const input = type.expandInput(step.input, (text) => texts.expand(text));
  return {
    deployment: data.deployment,
    step: data.step,
    attempt: data.attempt,
    token: data.token,
    pool: data.pool,
    stepType: step.type,
    input,
    variables: values,
    notes: [...new Set([...texts.warnings, ...warnings])],
    project: data.project,
    release: data.release,
    environment: data.environment,
    timeoutMs: planned.timeoutMs ?? 0,
    leaseSeconds,
    correlationId: metadata.correlationId,
  };
}
