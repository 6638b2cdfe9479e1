/** What the demo reads of Slipway's answers (interfaces.md §1.1). */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface StepRun {
  readonly name: string;
  readonly state: string;
  readonly reason?: Reason;
  readonly attempts: readonly {
    readonly state: string;
    readonly exitCode?: number;
    readonly error?: { readonly code: string; readonly message: string };
  }[];
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Deployment {
  readonly id: string;
  readonly release: string;
  readonly environment: string;
  readonly state: string;
  readonly reason?: Reason;
  readonly at: string;
  readonly startedAt?: string;
  readonly variablesSnapshot: number;
  readonly requestedBy: string;
  readonly steps: readonly StepRun[];
}

export interface Release {
  readonly version: string;
  readonly state: string;
  readonly contentHash: string;
  readonly process: { readonly hash: string };
  readonly variables: { readonly snapshot: number; readonly hash: string };
  readonly links: readonly { readonly from: string; readonly to: string; readonly deployment: string }[];
  readonly deletable: boolean;
  readonly notDeletable: readonly Reason[];
}

export interface Snapshot {
  readonly snapshot: number;
  readonly variables: readonly { readonly name: string; readonly value: string }[];
}

export interface Cell {
  readonly current?: { readonly release: string; readonly deployment: string };
  readonly upcoming: readonly { readonly id: string; readonly state: string; readonly at: string }[];
}

export interface Dashboard {
  readonly environments: readonly string[];
  readonly projects: readonly { readonly project: string; readonly cells: Readonly<Record<string, Cell>> }[];
}

export interface AuditEvent {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}
