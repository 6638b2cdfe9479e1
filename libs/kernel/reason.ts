/** Why something may not happen, or is waiting: for people (`message`) and machines (`code`, `facts`), with the events that caused it. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Ids of the events behind it. */
  readonly events: readonly string[];
  /** The earliest time at which it could be otherwise, where that is known. */
  readonly notBefore?: string;
}
