import { missingFaults, refuseFaults, type Streams } from '@slipway/kernel';
import { variableSetStream } from '../domain/variable-sets/variable-set';
import { variableSetDecider } from '../domain/variable-sets/variable-set.decider';

/** How many sets a project may include. */
export const MAX_SETS = 50;

/** Errors: DomainError `project.unknown-variable-set`. */
export async function checkVariableSets(slugs: readonly string[], streams: Streams): Promise<void> {
  const named = slugs.map((slug, at) => [`/variableSets/${at}`, slug] as const);
  const errors = await missingFaults(named, 'variable set', async (slug) => {
    const { state } = await streams.load(variableSetDecider, variableSetStream(slug));
    return state.status !== 'none';
  });
  refuseFaults(errors, 'project.unknown-variable-set', 'The project cannot be saved');
}
