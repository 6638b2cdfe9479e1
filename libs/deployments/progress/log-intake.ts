import { type AttemptRef, type Delivery, DomainError, type LogChunk, type LogMessage, type LogStore } from '@slipway/kernel';

/** Stores what steps print. A message that comes twice is stored once: chunks are numbered. */
export class LogIntake {
  constructor(private readonly store: LogStore) {}

  async take({ value }: Delivery): Promise<void> {
    const { attempt, chunks } = readLogMessage(value);
    await this.store.append(attempt, chunks);
  }
}

/** Error: DomainError `log.unreadable`. */
function readLogMessage(value: string): LogMessage {
  let message: Partial<LogMessage> | null;
  try {
    message = JSON.parse(value) as Partial<LogMessage> | null;
  } catch {
    throw unreadable('it is no JSON');
  }
  const { attempt, chunks } = message ?? {};
  if (!isAttempt(attempt)) throw unreadable('it names no attempt');
  if (!Array.isArray(chunks) || !chunks.every(isChunk)) throw unreadable('its chunks are malformed');
  return { attempt, chunks };
}

function isAttempt(value: Partial<AttemptRef> | undefined): value is AttemptRef {
  if (typeof value !== 'object' || value === null) return false;
  const { deployment, step, attempt, token } = value;
  return typeof deployment === 'string' && typeof step === 'string' && Number.isSafeInteger(attempt) && Number.isSafeInteger(token);
}

function isChunk(value: unknown): value is LogChunk {
  if (typeof value !== 'object' || value === null) return false;
  const { number, at, source, text } = value as Partial<LogChunk>;
  return (
    Number.isSafeInteger(number) &&
    typeof at === 'string' &&
    typeof text === 'string' &&
    (source === 'stdout' || source === 'stderr' || source === 'slipway')
  );
}

function unreadable(reason: string): DomainError {
  return new DomainError('invalid', 'log.unreadable', `A message with step output cannot be read: ${reason}.`);
}
