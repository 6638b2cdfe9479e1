/**
 * Puts texts that no event, row, log or answer may hold in clear into envelopes that all of these may hold (decision 14). An envelope opens at its place
 * only: moved to another stream or field, it is worth nothing. Errors: InfrastructureError `secrets.unreadable` (not retryable).
 */
export abstract class Secrets {
  /** `place`: where the envelope will be kept, such as `webhook-chat/secret`. The same text gives another envelope each time. */
  abstract seal(text: string, place: string): string;

  abstract open(envelope: string, place: string): string;
}
