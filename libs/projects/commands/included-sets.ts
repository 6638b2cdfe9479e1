import { type FieldError, refuseFaults, type Streams } from '@slipway/kernel';
import { variableSetStream } from '../domain/variable-sets/variable-set';
import { variableSetDecider } from '../domain/variable-sets/variable-set.decider';

/** How many sets a project may include. */
export const MAX_SETS = 50;

/** Errors: DomainError `project.unknown-variable-set`. */
export async function checkVariableSets(slugs: readonly string[], streams: Streams): Promise<void> {
  const errors: FieldError[] = [];
  for (const [at, slug] of slugs.entries()) {
    const { state } = await streams.load(variableSetDecider, variableSetStream(slug));
    if (state.status === 'none')
      errors.push({ pointer: `/variableSets/${at}`, message: `there is no variable set ${slug}: create it first` });
  }
  refuseFaults(errors, 'project.unknown-variable-set', 'The project cannot be saved');
}
