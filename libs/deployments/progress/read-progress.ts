import { type AttemptOutcome, type AttemptRef, DomainError, type LogSummary, type SlotsReport } from '@slipway/kernel';

type Said = AttemptRef & { readonly worker: string };

/** What a worker says. */
export type WorkerWord =
  | (Said & { readonly kind: 'claimed' })
  | (Said & { readonly kind: 'heartbeat' })
  | (Said & { readonly kind: 'outcome'; readonly outcome: AttemptOutcome });

/** Reads a message of `slipway.progress` field by field: workers are another process, perhaps of another version. Error: DomainError `progress.unreadable`. */
export function readProgress(value: string): WorkerWord {
  const message = parsed(value);
  const { kind, worker } = message;
  if (typeof worker !== 'string' || worker === '') throw unreadable('it names no worker');
  const said: Said = {
    deployment: text(message['deployment'], 'deployment'),
    step: text(message['step'], 'step'),
    attempt: whole(message['attempt'], 'attempt'),
    token: whole(message['token'], 'token'),
    worker,
  };
  if (kind === 'claimed' || kind === 'heartbeat') return { ...said, kind };
  return { ...said, kind: 'outcome', outcome: outcomeOf(message) };
}

/** Reads a message of `slipway.slots`. Error: DomainError `progress.unreadable`. */
export function readSlots(value: string): SlotsReport {
  const message = parsed(value);
  return {
    worker: text(message['worker'], 'worker'),
    pools: texts(message['pools']),
    free: whole(message['free'], 'free'),
    at: text(message['at'], 'at'),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function outcomeOf(message: Fields): AttemptOutcome {
  const { kind } = message;
  switch (kind) {
    case 'succeeded':
      return { kind, ...exitOf(message), outputs: outputsOf(message), ...logOf(message) };
    case 'failed':
      return { kind, ...exitOf(message), error: text(message['error'], 'error'), outputs: outputsOf(message), ...logOf(message) };
    case 'timed-out':
      return { kind, error: text(message['error'], 'error'), ...logOf(message) };
    case 'cancelled':
      return { kind, ...logOf(message) };
    case 'lost':
    case 'returned':
      return { kind, error: text(message['error'], 'error') };
    default:
      throw unreadable(`its kind is unknown: ${JSON.stringify(kind)}`);
  }
}

function exitOf(message: Fields): { exitCode?: number } {
  return message['exitCode'] === undefined ? {} : { exitCode: whole(message['exitCode'], 'exitCode') };
}

function outputsOf(message: Fields): Record<string, string> {
  const outputs = message['outputs'] ?? {};
  if (typeof outputs !== 'object' || Array.isArray(outputs)) throw unreadable('outputs are no object');
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, text(value, `output ${name}`)]));
}

function logOf(message: Fields): LogSummary {
  const log = message['log'] as Fields | undefined;
  return { log: { chunks: whole(log?.['chunks'], 'log.chunks'), digest: text(log?.['digest'], 'log.digest') } };
}

function parsed(value: string): Fields {
  let message: unknown;
  try {
    message = JSON.parse(value);
  } catch {
    throw unreadable('it is no JSON');
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) throw unreadable('it is no object');
  return message as Fields;
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string') throw unreadable(`${field} is no text`);
  return value;
}

function texts(value: unknown): string[] {
  if (!Array.isArray(value)) throw unreadable('pools are no list');
  return value.map((one) => text(one, 'pool'));
}

function whole(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw unreadable(`${field} is no whole number`);
  return value;
}

function unreadable(reason: string): DomainError {
  return new DomainError('invalid', 'progress.unreadable', `A message of a worker cannot be read: ${reason}.`);
}
