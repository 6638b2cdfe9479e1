import type { Clock } from './ports/clock';

/** What a step type's `run` gets. It must end soon after `signal` aborts, with everything it started gone. */
export interface StepRunContext {
  /** The input, validated when the process was saved, with its expandable texts expanded. */
  readonly input: object;
  readonly variables: Readonly<Record<string, string>>;
  readonly project: string;
  readonly release: string;
  readonly environment: string;
  readonly deployment: string;
  readonly step: string;
  readonly attempt: number;
  /** A folder of this attempt alone, empty at the start; removed by the worker afterwards. */
  readonly workFolder: string;
  readonly clock: Clock;
  /** Aborted on cancel and at the time limit. */
  readonly signal: AbortSignal;
  /**
   * Takes output as it comes. Resolves when more may follow: a step type waits for it before it reads on, so that output never piles up in memory.
   */
  readonly output: (source: 'stdout' | 'stderr' | 'slipway', bytes: Buffer) => Promise<void>;
  /** Remembers a process group that must not outlive the worker. Resolves when that is on disk; called before the group does anything. */
  readonly guard: AttemptGuard;
}

/**
 * Feeds the shell that guards a process group (decision 8): a pipe that is fed while the bus takes heartbeats. Its end, or too long without food, kills the group.
 */
export interface AttemptGuard {
  /** Hands over the guard's pipe and process group once the child was started. */
  attach(guarded: { readonly pid: number; readonly feed: (line: string) => void }): Promise<void>;
  /** Seconds without food after which the guard kills: two thirds of a lease. */
  readonly unfedSeconds: number;
}

export type StepResult =
  | { readonly kind: 'succeeded'; readonly exitCode?: number; readonly outputs: Readonly<Record<string, string>> }
  | { readonly kind: 'failed'; readonly exitCode?: number; readonly error: string; readonly outputs: Readonly<Record<string, string>> };

/** A kind of step: a folder in `libs/steps` with the class of its input and how to run it. */
export interface StepType {
  readonly name: string;
  /** The class (class-validator) that its input is checked with when a process is saved. */
  readonly inputClass: new () => object;
  /** The input's texts in which `#{…}` is expanded before a task leaves, as pure function from input to input. */
  readonly expandInput: (input: object, expand: (text: string) => string) => object;
  /** Runs one attempt. A throw is a failure with the error's text. When the signal aborted, the result is ignored. */
  readonly run: (context: StepRunContext) => Promise<StepResult>;
}
