import type { AttemptRef, LogChunk } from './ports/log-store';

/**
 * The words that workers and the deployments slice exchange over the bus (decision 8). All values are JSON; keys and topics as listed
 * with each. An attempt is one try of one step; a token numbers its dispatches, so a late worker of an earlier dispatch can change nothing.
 */
export const TOPICS = {
  commands: 'slipway.commands',
  replies: 'slipway.replies',
  progress: 'slipway.progress',
  logs: 'slipway.logs',
  control: 'slipway.control',
  slots: 'slipway.slots',
  /** Every event there is, for whoever listens: see libs/notifications. */
  events: 'slipway.events',
  deadLetters: 'slipway.dead-letters',
} as const;

/** Tasks of one pool of workers. */
export function tasksTopic(pool: string): string {
  return `slipway.tasks.${pool}`;
}

/** Events of the past that somebody asked for once more, by the slug of the replay. */
export function replayTopic(replay: string): string {
  return `${TOPICS.events}.replay.${replay}`;
}

/** On `slipway.tasks.<pool>`, key `<deployment>/<step>/<attempt>/<token>`. */
export interface Task extends AttemptRef {
  readonly pool: string;
  readonly stepType: string;
  /** The step's input as saved in the release; texts that a step type expands are expanded here already. */
  readonly input: object;
  /** Variables as the context of this step resolves them, by name as defined. */
  readonly variables: Readonly<Record<string, string>>;
  /** What the step's log should say before anything else: missing variables that became empty text, say. */
  readonly notes?: readonly string[];
  readonly project: string;
  readonly release: string;
  readonly environment: string;
  /** How long the attempt may run, milliseconds. */
  readonly timeoutMs: number;
  readonly leaseSeconds: number;
  readonly correlationId: string;
}

/** On `slipway.progress`, key deployment. `worker` is an id new at each start of a worker. */
export type Progress =
  | (AttemptRef & { readonly kind: 'claimed'; readonly worker: string; readonly at: string })
  | (AttemptRef & { readonly kind: 'heartbeat'; readonly worker: string; readonly at: string })
  | (AttemptRef & { readonly worker: string; readonly at: string } & AttemptOutcome);

/** How an attempt ended, as its worker saw it. */
export type AttemptOutcome =
  | ({ readonly kind: 'succeeded'; readonly exitCode?: number; readonly outputs: Readonly<Record<string, string>> } & LogSummary)
  | ({
      readonly kind: 'failed';
      readonly exitCode?: number;
      readonly error: string;
      readonly outputs: Readonly<Record<string, string>>;
    } & LogSummary)
  | ({ readonly kind: 'timed-out'; readonly error: string } & LogSummary)
  | ({ readonly kind: 'cancelled' } & LogSummary)
  /** It had begun when its worker died: what it did is unknown. */
  | { readonly kind: 'lost'; readonly error: string }
  /** It had not begun: it may be dispatched again without counting as a try. */
  | { readonly kind: 'returned'; readonly error: string };

/**
 * What the closing event says of the attempt's output: how many chunks, and SHA-256 (hex) over the chunks' JSON texts, keys in the order number, at, source,
 * text, joined by newlines.
 */
export interface LogSummary {
  readonly log: { readonly chunks: number; readonly digest: string };
}

/** On `slipway.slots`, key = worker, to every processor: what the worker could still take. Sent with each heartbeat interval, idle or not. */
export interface SlotsReport {
  readonly worker: string;
  readonly pools: readonly string[];
  readonly free: number;
  readonly at: string;
}

/** On `slipway.logs`, key deployment. */
export interface LogMessage {
  readonly attempt: AttemptRef;
  readonly chunks: readonly LogChunk[];
}

/** On `slipway.control`, key deployment: the answer to a claim (to the worker named), or a cancel for whoever runs the attempt. */
export type Control =
  | (AttemptRef & { readonly kind: 'granted'; readonly worker: string })
  | (AttemptRef & { readonly kind: 'dropped'; readonly worker: string })
  | (AttemptRef & { readonly kind: 'cancel' });
