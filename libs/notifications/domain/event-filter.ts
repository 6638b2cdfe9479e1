import type { RecordedEvent } from '@slipway/kernel';

/** Which events somebody wants to be told: all lists that are there must hold, each by one of its members. None: every event. */
export interface EventFilter {
  /** Stored names, such as `DeploymentConcluded`. */
  readonly types?: readonly string[];
  /** Slugs. */
  readonly projects?: readonly string[];
  readonly environments?: readonly string[];
}

type Filtered = Pick<RecordedEvent, 'type' | 'stream' | 'data'>;

export function matchesFilter({ types, projects, environments }: EventFilter, event: Filtered): boolean {
  return (
    (!types || types.includes(event.type)) &&
    (!projects || namedIn(event, 'project').some((slug) => projects.includes(slug))) &&
    (!environments || namedIn(event, 'environment').some((slug) => environments.includes(slug)))
  );
}

/** The projects or environments that an event is about: those that it names, and those that its stream is named by. */
function namedIn({ stream, data }: Filtered, what: 'project' | 'environment'): string[] {
  const { [what]: one, [`${what}s`]: several } = data as Readonly<Record<string, unknown>>;
  const lane = /^lane-([a-z0-9-]+)@([a-z0-9-]+)/.exec(stream);
  const owner = stream.startsWith(`${what}-`) ? stream.slice(what.length + 1) : lane?.[what === 'project' ? 1 : 2];
  return [one, owner, ...(Array.isArray(several) ? (several as unknown[]) : [])].filter((slug) => typeof slug === 'string');
}
