import { defined } from '@slipway/kernel';
import { stepChanges, type StepChange } from './compare-processes';
import { variableChanges, type VariableChange } from './compare-variables';
import { type FieldChange, fieldChanges } from './field-changes';
import type { KnownRelease, VariableSnapshot } from './release';

/** A release with one of its variable snapshots; the newest is what its next deployment would use. */
export interface Compared {
  readonly release: KnownRelease;
  readonly snapshot: VariableSnapshot;
}

/** What changes from one release to another. A part is `same` exactly when it lists nothing. */
export interface Comparison {
  readonly same: boolean;
  /** Title, notes and channel. */
  readonly about: { readonly same: boolean; readonly fields: readonly FieldChange[] };
  readonly process: { readonly same: boolean; readonly steps: readonly StepChange[] };
  readonly variables: { readonly same: boolean; readonly values: readonly VariableChange[] };
  readonly lifecycle: { readonly same: boolean; readonly fields: readonly FieldChange[] };
  readonly artifacts: readonly never[];
}

export function compareReleases(from: Compared, to: Compared): Comparison {
  const [before, after] = [from.release, to.release];
  const about = fieldChanges(aboutOf(before), aboutOf(after));
  const steps = stepChanges(before.process.steps, after.process.steps);
  const values = variableChanges(from.snapshot.variables, to.snapshot.variables);
  const lifecycle = fieldChanges(lifecycleOf(before), lifecycleOf(after));
  return {
    same: [about, steps, values, lifecycle].every((part) => part.length === 0),
    about: { same: about.length === 0, fields: about },
    process: { same: steps.length === 0, steps },
    variables: { same: values.length === 0, values },
    lifecycle: { same: lifecycle.length === 0, fields: lifecycle },
    artifacts: [],
  };
}

function aboutOf({ title, notes, channel }: KnownRelease): object {
  return defined({ title, notes, channel });
}

function lifecycleOf({ lifecycle: { slug, name, phases } }: KnownRelease): object {
  return defined({ slug, name, phases });
}
