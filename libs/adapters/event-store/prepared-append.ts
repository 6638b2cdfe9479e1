import {
  type Appended,
  type EventToAppend,
  type ExpectedVersion,
  InfrastructureError,
  isSystemEvent,
  MAX_APPEND_BYTES,
} from '@slipway/kernel';

/** An event as it is stored: data and metadata are JSON text. */
export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/** An append that passed the checks that need no store, with its events as text: the caller may change them afterwards. */
export interface PreparedAppend {
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly StoredEvent[];
  /** Of its JSON. */
  readonly bytes: number;
  readonly keepForSeconds?: number;
}

/** Errors: Error for a programming error; InfrastructureError `event-store.append-too-large`. */
export function prepareAppend(
  stream: string,
  expected: ExpectedVersion,
  events: readonly EventToAppend[],
  options: { keepForSeconds?: number } = {},
): PreparedAppend {
  if (events.length === 0) throw new Error(`append to stream ${stream} without an event`);
  for (const name of [stream, ...events.flatMap(({ id, type }) => [id, type])]) refuseUnstorable(stream, name);
  const { keepForSeconds } = options;
  if (keepForSeconds !== undefined && !(Number.isFinite(keepForSeconds) && events.every((event) => isSystemEvent(event.type)))) {
    throw new Error(`append to stream ${stream}: only system events may be kept for a time (in seconds) and then forgotten`);
  }
  const stored = events.map(({ id, type, data, metadata }) => ({
    id,
    type,
    data: JSON.stringify(data),
    metadata: JSON.stringify(metadata),
  }));
  const bytes = stored.reduce((sum, event) => sum + Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata), 0);
  if (bytes > MAX_APPEND_BYTES) {
    throw new InfrastructureError(
      'event-store.append-too-large',
      `append to stream ${stream}: ${bytes} bytes of JSON are more than the ${MAX_APPEND_BYTES} that one append holds`,
      false,
    );
  }
  return { stream, expected, events: stored, bytes, keepForSeconds };
}

/**
 * A name that does not survive a round trip through the driver would come back as another one: it cuts text at NUL and replaces lone
 * surrogates. JSON text has neither, since JSON.stringify escapes both.
 */
function refuseUnstorable(stream: string, name: unknown): void {
  if (typeof name === 'string' && /^[^\0\p{Surrogate}]+$/u.test(name)) return;
  throw new Error(`append to stream ${stream}: ${JSON.stringify(name)} cannot be the name of a stream or an event's id or type`);
}

/** Whether an expected version holds for a stream whose last version is `last` (-1: no such stream). */
export function holds(expected: ExpectedVersion, last: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'none') return last < 0;
  if (expected === 'exists') return last >= 0;
  return expected >= 0 && expected === last;
}

/** First version that an append with an exact expectation writes; undefined for 'any' and 'exists'. */
export function firstVersionOf(expected: ExpectedVersion): number | undefined {
  if (expected === 'none') return 0;
  return typeof expected === 'number' && expected >= 0 ? expected + 1 : undefined;
}

/** The original result of an append whose ids are those of `stored`, what its stream holds from the version on where it would have begun. */
export function originalOf({ events }: PreparedAppend, stored: readonly StoredPlace[]): Appended | undefined {
  if (!events.every((event, index) => stored[index]?.id === event.id)) return undefined;
  const { version, position } = stored[events.length - 1]!;
  return { version, position: BigInt(position) };
}

/** Where an event is. */
export interface StoredPlace {
  readonly id: string;
  readonly version: number;
  readonly position: number;
}

/** The refusal of an id that the log holds already (invariant I3), other than the retry of the same append. */
export function idTaken(stream: string, id: string): InfrastructureError {
  return new InfrastructureError(
    'event-store.event-id-taken',
    `append to stream ${stream}: the log already holds an event with id ${id}`,
    false,
  );
}
