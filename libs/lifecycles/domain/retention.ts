import type { FieldError } from '@slipway/kernel';

/** How long releases stay in lists: always, the newest so many of a project, or for so many days. */
export type Retention = { readonly keep: 'all' } | { readonly releases: number } | { readonly days: number };

export const KEEP_ALL: Retention = { keep: 'all' };

/** What of a lifecycle holds rules. */
interface WithRules {
  readonly phases: readonly { readonly name: string; readonly retention?: Retention }[];
  readonly retention?: Retention;
}

/** The rule of a phase: its own, else that of the lifecycle, else all are kept. */
export function retentionOf({ phases, retention }: WithRules, phase: string): Retention {
  return phases.find(({ name }) => name === phase)?.retention ?? retention ?? KEEP_ALL;
}

/** True where no rule ever takes a release away. */
export function keepsAll({ phases, retention }: WithRules): boolean {
  return [retention, ...phases.map((phase) => phase.retention)].every((rule) => rule === undefined || 'keep' in rule);
}

/** A rule as it is sent: any of the three. */
export interface AskedRetention {
  readonly keep?: 'all';
  readonly releases?: number;
  readonly days?: number;
}

/** What is wrong with a rule; undefined: nothing. */
export function retentionProblem(asked: AskedRetention | null | undefined, pointer: string): FieldError | undefined {
  if (!asked || [asked.keep, asked.releases, asked.days].filter((one) => one !== undefined).length === 1) return undefined;
  return { pointer, message: 'must say one of keep, releases and days' };
}

/** The rule that was asked for, of which one is checked to be there. */
export function retentionFrom({ releases, days }: AskedRetention): Retention {
  if (releases !== undefined) return { releases };
  return days === undefined ? KEEP_ALL : { days };
}
