import type { Clock } from './ports/clock';
import type { LogChunk } from './ports/log-store';

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
  /** A folder of this attempt alone (absolute), empty at the start; removed by the worker afterwards. */
  readonly workFolder: string;
  readonly clock: Clock;
  /** Aborted on cancel, at the time limit, and when the worker is cut off from the bus or must end. */
  readonly signal: AbortSignal;
  /**
   * Takes output as it comes. Resolves when more may follow: a step type waits for it before it reads on, so that output never piles up in memory.
   */
  readonly output: (source: LogChunk['source'], bytes: Buffer) => Promise<void>;
  /** For step types that start processes: a group of processes must not outlive its worker, nor its lease. */
  readonly guard: AttemptGuard;
}

/** The worker's side of the guard (decision 8): it remembers the group on disk and feeds its guard while the bus takes heartbeats. */
export interface AttemptGuard {
  /** Without food for this many seconds (a fraction is possible) the guard kills its group: two thirds of a lease. */
  readonly unfedSeconds: number;
  /** Resolves when the group is noted on disk. To be called, and waited for, before the group does anything. One group per attempt. */
  attach(group: GuardedGroup): Promise<void>;
}

/** The step type's side of the guard. */
export interface GuardedGroup {
  /** Id of the process group, which is the pid of its leader. */
  readonly pid: number;
  /** Passes one meal on to the guard. Never throws, whatever became of the group. */
  readonly feed: () => void;
}

export type StepResult =
  | { readonly kind: 'succeeded'; readonly exitCode?: number; readonly outputs: Readonly<Record<string, string>> }
  | { readonly kind: 'failed'; readonly exitCode?: number; readonly error: string; readonly outputs: Readonly<Record<string, string>> };

/** What an output may be called, by a script and by a person. */
export const OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

/** A kind of step: a folder in `libs/steps` with the class of its input and how to run it. */
export interface StepType {
  readonly name: string;
  /** The class (class-validator) that its input is checked with when a process is saved. */
  readonly inputClass: new () => object;
  /**
   * The input's texts in which `#{…}` is expanded before a task leaves, as pure function from input to input; `pointer` says where a text stands in it
   * (`/env/NAME`).
   */
  readonly expandInput: (input: object, expand: (text: string, pointer: string) => string) => object;
  /**
   * Runs one attempt at a worker. A throw is a failure with the error's text. When the signal aborted, the result is ignored. Absent: no worker is
   * needed, the deployment itself carries the step out.
   */
  readonly run?: (context: StepRunContext) => Promise<StepResult>;
}

/** One that workers run. */
export type WorkedStepType = StepType & { readonly run: NonNullable<StepType['run']> };

export function isWorked(type: StepType): type is WorkedStepType {
  return type.run !== undefined;
}

/** The step types that a process knows, by name. */
export class StepTypes {
  private readonly byName = new Map<string, StepType>();

  constructor(types: readonly StepType[]) {
    for (const type of types) {
      if (this.byName.has(type.name)) throw new Error(`step type ${type.name} is registered twice`);
      this.byName.set(type.name, type);
    }
  }

  find(name: string): StepType | undefined {
    return this.byName.get(name);
  }

  names(): string[] {
    return [...this.byName.keys()];
  }
}
