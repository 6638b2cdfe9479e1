import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DomainEvent, EventModule, RecordedEvent } from '@slipway/kernel';
import { deadLetterDecider } from '@slipway/dead-letters/domain/dead-letter.decider';
import { deadLetterEvents } from '@slipway/dead-letters/domain/dead-letter.events';
import { deploymentDecider } from '@slipway/deployments/domain/deployment.decider';
import { deploymentEvents } from '@slipway/deployments/domain/deployment.samples';
import { laneDecider, laneEvents } from '@slipway/deployments/domain/lane';
import { environmentDecider } from '@slipway/environments/domain/environment.decider';
import { environmentEvents } from '@slipway/environments/domain/environment.events';
import { freezeDecider } from '@slipway/freezes/domain/freeze.decider';
import { freezeEvents } from '@slipway/freezes/domain/freeze.events';
import { lifecycleDecider } from '@slipway/lifecycles/domain/lifecycle.decider';
import { lifecycleEvents } from '@slipway/lifecycles/domain/lifecycle.events';
import { recorded } from '@slipway/kernel/testing';
import { eventReplayDecider } from '@slipway/notifications/domain/event-replay.decider';
import { eventReplayEvents } from '@slipway/notifications/domain/event-replay.events';
import { webhookDecider } from '@slipway/notifications/domain/webhook.decider';
import { webhookEvents } from '@slipway/notifications/domain/webhook.events';
import { projectDecider } from '@slipway/projects/domain/project.decider';
import { projectEvents } from '@slipway/projects/domain/project.events';
import { variableSetDecider } from '@slipway/projects/domain/variable-sets/variable-set.decider';
import { variableSetEvents } from '@slipway/projects/domain/variable-sets/variable-set.events';
import { releaseDecider } from '@slipway/releases/domain/release.decider';
import { releaseEvents } from '@slipway/releases/domain/release.samples';

interface Folding {
  readonly category: string;
  readonly initialState: unknown;
  evolve(this: void, state: never, event: never): unknown;
}

/** Every catalogue of domain events, with the decider whose state they fold into. A new one is added here: the last test finds it missing. */
const CATALOGUES: Readonly<Record<string, readonly [EventModule, Folding]>> = {
  environmentEvents: [environmentEvents, environmentDecider],
  lifecycleEvents: [lifecycleEvents, lifecycleDecider],
  projectEvents: [projectEvents, projectDecider],
  variableSetEvents: [variableSetEvents, variableSetDecider],
  freezeEvents: [freezeEvents, freezeDecider],
  releaseEvents: [releaseEvents, releaseDecider],
  deploymentEvents: [deploymentEvents, deploymentDecider],
  laneEvents: [laneEvents, laneDecider],
  webhookEvents: [webhookEvents, webhookDecider],
  eventReplayEvents: [eventReplayEvents, eventReplayDecider],
  deadLetterEvents: [deadLetterEvents, deadLetterDecider],
};
const LIBS = join(__dirname, '..', '..', 'libs');

const samplesOf = (module: EventModule): DomainEvent[] =>
  Object.entries(module.entries).map(([type, { sample }]) => ({ type, data: sample }));
/** What a state says, bigints included: equal texts before and after mean that nothing inside changed. */
const textOf = (state: unknown) => JSON.stringify(state, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

describe.each(Object.entries(CATALOGUES))('the events of %s', (_name, [module, { evolve, initialState }]) => {
  const samples = samplesOf(module);
  const fold = (state: unknown, event: RecordedEvent) => evolve(state as never, frozen(event) as never);

  it.each(samples.map((sample) => [sample.type, sample.data] as const))('%s has a sample that is JSON to the letter', (_type, data) => {
    expect(JSON.parse(JSON.stringify(data))).toStrictEqual(data);
    expect(Object.keys(data).length).toBeGreaterThan(0);
  });

  it('fold in any order of three, from nothing, and neither event nor state is changed by it', () => {
    for (const first of samples) {
      for (const second of samples) {
        const [one, two] = recorded([first, second]) as [RecordedEvent, RecordedEvent];
        const earlier = frozen(fold(frozen(initialState), one));
        const before = frozen(fold(earlier, two));
        const text = textOf([earlier, before]);
        for (const third of samples) expect(fold(before, recorded([first, second, third])[2] as RecordedEvent)).toBeDefined();
        expect(textOf([earlier, before])).toBe(text);
      }
    }
  });

  it('fold to the same state again, whether read back from a store or just decided', () => {
    const events = recorded(samples);
    const stored = events.map((event) => ({ ...event, data: JSON.parse(JSON.stringify(event.data)) as object }));
    expect(textOf(stored.reduce(fold, initialState))).toBe(textOf(events.reduce(fold, initialState)));
  });
});

describe('the stored names of events', () => {
  it('are unique over all catalogues', () => {
    const names = Object.values(CATALOGUES).flatMap(([module]) => Object.keys(module.entries));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('are words without a leading $, which is kept for system events', () => {
    const names = Object.values(CATALOGUES).flatMap(([module]) => Object.keys(module.entries));
    expect(names.filter((name) => !/^[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
  });

  it('belong to deciders whose categories, the first words of their streams, are unique too', () => {
    const categories = Object.values(CATALOGUES).map(([, decider]) => decider.category);
    expect(new Set(categories).size).toBe(categories.length);
  });
});

it('every catalogue in the code of a domain is specified here', () => {
  const sources = readdirSync(LIBS, { recursive: true, encoding: 'utf8' }).filter((path) => /\/domain\/.*(?<!\.spec)\.ts$/.test(path));
  const declared = sources.flatMap((path) =>
    [...readFileSync(join(LIBS, path), 'utf8').matchAll(/export const (\w+):[^=]*EventEntries</g)].map((match) => match[1]!),
  );
  expect(declared.toSorted()).toEqual(Object.keys(CATALOGUES).toSorted());
});
