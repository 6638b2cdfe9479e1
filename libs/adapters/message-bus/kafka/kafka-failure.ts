import { InfrastructureError, isInfrastructureError, messageOf } from '@slipway/kernel';

const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];
/** What is asked for is wrong, and stays so. All else passes by itself, or somebody mends it while the process waits. */
const WRONG = ['INVALID_TOPIC_EXCEPTION', 'INVALID_CONFIG', 'INVALID_RECORD', 'POLICY_VIOLATION'];

/** Name of the protocol's error behind what kafkajs threw: `MESSAGE_TOO_LARGE`; empty where the connection failed. */
export function protocolError(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('type' in error && typeof error.type === 'string') return error.type;
  const several = 'errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  // Of several topics to create: that another process was faster with one is no failure, and kafkajs says it along with what is.
  const types = several.map(protocolError);
  return types.find((type) => type !== 'TOPIC_ALREADY_EXISTS') ?? types[0] ?? protocolError(error.cause);
}

/** Anything that kafkajs threw as the port's error. `what` did not work: `take 3 messages`; `place`: the brokers. */
export function kafkaFailure(error: unknown, what: string, place: string): InfrastructureError {
  if (isInfrastructureError(error)) return error;
  const type = protocolError(error);
  const words = `Kafka at ${place} did not ${what}: ${messageOf(error)}${type ? ` (${type})` : ''}`;
  if (TOO_LARGE.includes(type)) return new InfrastructureError('message-bus.too-large', words, false, { cause: error });
  const passes = !WRONG.includes(type);
  return new InfrastructureError(passes ? 'message-bus.unavailable' : 'message-bus.failed', words, passes, { cause: error });
}
