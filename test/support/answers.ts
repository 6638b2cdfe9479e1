/** What tests and demo read of Slipway's answers (interfaces.md §1.1), written down here anew: a black box has no types. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
}

export interface Attempt {
  readonly number: number;
  readonly token: number;
  readonly state: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly exitCode?: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly worker?: string;
}

export interface StepRun {
  readonly name: string;
  readonly state: string;
  readonly reason?: Reason;
  readonly attempts: readonly Attempt[];
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Deployment {
  readonly id: string;
  readonly project: string;
  readonly release: string;
  readonly environment: string;
  readonly state: string;
  readonly reason?: Reason;
  readonly at: string;
  readonly expiresAt?: string;
  readonly queuedAt?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly variablesSnapshot: number;
  readonly excluded: readonly string[];
  readonly failureMode: string;
  readonly comment?: string;
  readonly priority: boolean;
  readonly requestedBy: string;
  readonly waitingFor?: Reason;
  readonly withWarnings?: boolean;
  readonly parent?: { readonly deployment: string; readonly step: string };
  readonly steps: readonly StepRun[];
}

export interface Release {
  readonly project: string;
  readonly version: string;
  readonly title?: string;
  readonly notes?: string;
  readonly createdBy: string;
  readonly state: string;
  readonly contentHash: string;
  readonly process: { readonly hash: string; readonly steps: readonly { readonly name: string }[] };
  readonly variables: { readonly snapshot: number; readonly hash: string };
  readonly links: readonly { readonly from: string; readonly to: string; readonly deployment: string }[];
  readonly deletable: boolean;
  readonly notDeletable: readonly Reason[];
}

export interface Snapshot {
  readonly snapshot: number;
  readonly hash: string;
  readonly snapshots: readonly { readonly snapshot: number }[];
  readonly variables: readonly { readonly name: string; readonly value: string }[];
}

export interface Progression {
  readonly phases: readonly {
    readonly name: string;
    readonly complete: boolean;
    readonly optional: boolean;
    readonly environments: readonly {
      readonly environment: string;
      readonly automatic: boolean;
      readonly allowed: boolean;
      readonly reasons: readonly Reason[];
      readonly deployed: boolean;
      readonly current: boolean;
    }[];
  }[];
  readonly next: readonly string[];
}

export interface Cell {
  readonly current?: { readonly release: string; readonly deployment: string };
  readonly latest?: { readonly id: string; readonly state: string };
  readonly upcoming: readonly { readonly id: string; readonly state: string; readonly at: string }[];
}

export interface Dashboard {
  readonly environments: readonly string[];
  readonly projects: readonly { readonly project: string; readonly cells: Readonly<Record<string, Cell>> }[];
}

export interface LogChunk {
  readonly step: string;
  readonly source: 'stdout' | 'stderr' | 'slipway';
  readonly text: string;
}

export interface AuditEvent {
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly command: string;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
  readonly hash?: string;
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
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}
