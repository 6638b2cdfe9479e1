import type { Streams } from '@slipway/kernel';
import type { ActiveProject } from '../domain/project';
import { type IncludedSet, withSets } from '../domain/variable-sets/included-variables';
import { variableSetStream } from '../domain/variable-sets/variable-set';
import { variableSetDecider } from '../domain/variable-sets/variable-set.decider';

/** The project with the values of its sets behind its own, from their folded streams; `upTo`: as they stood at that position. */
export async function projectWithSets(streams: Streams, project: ActiveProject, upTo?: bigint): Promise<ActiveProject> {
  const sets: IncludedSet[] = [];
  for (const slug of project.project.variableSets ?? []) {
    const { state } = await streams.load(variableSetDecider, variableSetStream(slug), upTo);
    if (state.status === 'active') sets.push({ slug, variables: state.variables.variables });
  }
  return { ...project, variables: { ...project.variables, variables: withSets(project.variables.variables, sets) } };
}
