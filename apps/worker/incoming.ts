import { DomainError, type AttemptRef, type Control, type Task } from '@slipway/kernel';
import { refOf } from './attempt-key';

const DEFAULT_LEASE_SECONDS = 30;

/** A task as it arrived: whole, or with what is wrong with it, so that its attempt can be reported as failed. */
export type IncomingTask =
  | { readonly ref: AttemptRef; readonly leaseSeconds: number; readonly task: Task }
  | { readonly ref: AttemptRef; readonly leaseSeconds: number; readonly fault: string };

/** Nobody can tell which attempt such a message means: it belongs to the dead letters, at once. */
function unreadable(reason: string): DomainError {
  return new DomainError('invalid', 'task.unreadable', `this is no task that a worker can read: ${reason}`);
}

/** Reads a task. Error: DomainError `task.unreadable` when not even its attempt can be read. */
export function readTask(value: string): IncomingTask {
  const message = parsed(value);
  if (!isRef(message)) throw unreadable('deployment, step, attempt and token are missing or of another type');
  const ref = refOf(message);
  const task = message as Partial<Task> & AttemptRef;
  const leaseSeconds = isPositive(task.leaseSeconds) ? task.leaseSeconds : DEFAULT_LEASE_SECONDS;
  const wrong = Object.entries(FIELDS).filter(([field, fits]) => !fits(task[field as keyof Task]));
  if (wrong.length > 0) return { ref, leaseSeconds, fault: `its task is malformed in ${wrong.map(([field]) => field).join(', ')}` };
  return { ref, leaseSeconds, task: task as Task };
}

/** Reads a control message; undefined when it is none. */
export function readControl(value: string): Control | undefined {
  let message: object;
  try {
    message = parsed(value);
  } catch {
    return undefined;
  }
  const { kind, worker } = message as Partial<Record<'kind' | 'worker', unknown>>;
  if (!isRef(message) || (kind !== 'granted' && kind !== 'dropped' && kind !== 'cancel')) return undefined;
  if (kind === 'cancel') return { ...refOf(message), kind };
  return typeof worker === 'string' ? { ...refOf(message), kind, worker } : undefined;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isPositive = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

const FIELDS: Partial<Record<keyof Task, (value: unknown) => boolean>> = {
  stepType: isText,
  input: isObject,
  variables: (value) => isObject(value) && Object.values(value).every(isText),
  project: isText,
  release: isText,
  environment: isText,
  timeoutMs: isPositive,
  leaseSeconds: isPositive,
};

function parsed(value: string): object {
  let message: unknown;
  try {
    message = JSON.parse(value);
  } catch {
    throw unreadable('it is not JSON');
  }
  if (!isObject(message)) throw unreadable('it is no JSON object');
  return message;
}

function isRef(message: object): message is AttemptRef {
  const { deployment, step, attempt, token } = message as Partial<Record<keyof AttemptRef, unknown>>;
  return isText(deployment) && isText(step) && Number.isSafeInteger(attempt) && Number.isSafeInteger(token);
}
