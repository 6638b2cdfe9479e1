import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deadLetterDecider } from '@slipway/dead-letters/domain/dead-letter.decider';
import { deploymentDecider } from '@slipway/deployments/domain/deployment.decider';
import { laneDecider } from '@slipway/deployments/domain/lane';
import { environmentDecider } from '@slipway/environments/domain/environment.decider';
import { chainHash, CHAIN_START, type Decider, type DomainEvent, EventCatalogue, type RecordedEvent } from '@slipway/kernel';
import { freezeDecider } from '@slipway/freezes/domain/freeze.decider';
import { lifecycleDecider } from '@slipway/lifecycles/domain/lifecycle.decider';
import { eventReplayDecider } from '@slipway/notifications/domain/event-replay.decider';
import { webhookDecider } from '@slipway/notifications/domain/webhook.decider';
import { projectDecider } from '@slipway/projects/domain/project.decider';
import { variableSetDecider } from '@slipway/projects/domain/variable-sets/variable-set.decider';
import { releaseDecider } from '@slipway/releases/domain/release.decider';
import { slices } from '../../apps/composition/slices';

/**
 * Golden histories: whole logs as released versions wrote them, exported by `GET /api/v1/audit/events` as NDJSON. They are never edited: today's code must
 * read them, and come to the same conclusions. Each released version adds one.
 */
const deciders = [
  environmentDecider,
  lifecycleDecider,
  projectDecider,
  variableSetDecider,
  freezeDecider,
  releaseDecider,
  deploymentDecider,
  laneDecider,
  webhookDecider,
  eventReplayDecider,
  deadLetterDecider,
] as unknown as Decider<never, Record<string, unknown>, DomainEvent>[];

type Exported = Omit<RecordedEvent, 'position' | 'metadata'> & RecordedEvent['metadata'] & { position: string };

function recorded(line: string): RecordedEvent {
  const { position, stream, version, id, type, data, ...metadata } = JSON.parse(line) as Exported;
  const { actor, at, command, commandId, correlationId, causationId, traceparent, hash } = metadata;
  const traced = traceparent === undefined ? {} : { traceparent };
  const stored = { actor, at, command, commandId, correlationId, causationId, ...traced, ...(hash === undefined ? {} : { hash }) };
  return { position: BigInt(position), stream, version, id, type, data, metadata: stored };
}

function streamsOf(file: string): Map<string, RecordedEvent[]> {
  const lines = readFileSync(join(__dirname, file), 'utf8').trimEnd().split('\n');
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of lines.map(recorded)) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
  return streams;
}

function deciderOf(stream: string): (typeof deciders)[number] {
  const decider = deciders.find(({ category }) => stream.startsWith(`${category}-`));
  if (!decider) throw new Error(`nobody folds ${stream}`);
  return decider;
}

function folded(stream: string, events: readonly RecordedEvent[]): Record<string, unknown> {
  const decider = deciderOf(stream);
  const catalogue = new EventCatalogue(slices.flatMap((slice) => slice.events));
  return events.map((event) => catalogue.decode(event)).reduce(decider.evolve, decider.initialState);
}

/** What the version that wrote a history made of it: how often each state was the last one. */
const ENDINGS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  '0.1.0.ndjson': {
    'environment active': 3,
    'lifecycle active': 2,
    'project active': 1,
    'release active': 2,
    'release deleted': 1,
    'deployment succeeded': 2,
    'deployment failed': 3,
    'deployment cancelled': 2,
    'deployment expired': 1,
    'lane free': 2,
  },
  '0.2.0.ndjson': {
    'environment active': 3,
    'lifecycle active': 2,
    'project active': 2,
    'variable-set active': 1,
    'freeze deleted': 1,
    'release active': 3,
    'release deleted': 1,
    'deployment succeeded': 9,
    'deployment failed': 2,
    'deployment cancelled': 5,
    'deployment expired': 1,
    'lane free': 4,
    'webhook deleted': 1,
  },
  '0.3.0.ndjson': {
    'environment active': 3,
    'lifecycle active': 2,
    'project active': 2,
    'variable-set active': 1,
    'freeze deleted': 1,
    'release active': 3,
    'release deleted': 1,
    'deployment succeeded': 9,
    'deployment failed': 2,
    'deployment cancelled': 5,
    'deployment expired': 1,
    'lane free': 4,
    'webhook deleted': 1,
    'dead-letter replayed': 1,
    'event-replay finished': 2,
  },
};

describe('a history that an earlier version wrote', () => {
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.ndjson'));

  it('is there for every version that has been released', () => {
    expect(files.sort()).toEqual(Object.keys(ENDINGS).sort());
  });

  it.each(files)('%s is read by the code of today, and ends as it ended then', (file) => {
    const endings: Record<string, number> = {};
    for (const [stream, events] of streamsOf(file)) {
      const state = folded(stream, events);
      const { category } = deciderOf(stream);
      const ending = `${category} ${String(category === 'lane' ? (state['holder'] ?? 'free') : state['status'])}`;
      endings[ending] = (endings[ending] ?? 0) + 1;
    }
    expect(endings).toEqual(ENDINGS[file]);
  });

  it.each(files)('%s keeps the events of a stream in order for every reactor: they share an order key', (file) => {
    for (const { orderKey = () => '', on } of slices.flatMap((slice) => slice.reactors ?? []))
      for (const events of streamsOf(file).values())
        expect(new Set(events.filter(({ type }) => Object.hasOwn(on, type)).map(orderKey)).size).toBeLessThanOrEqual(1);
  });

  it.each(files)('%s is whole: versions without gaps, every hash chained to the one before', (file) => {
    for (const events of streamsOf(file).values()) {
      let before = CHAIN_START;
      for (const [version, event] of events.entries()) {
        expect(event.version).toBe(version);
        expect(event.metadata.hash).toBe(chainHash(before, event.stream, version, event));
        before = event.metadata.hash ?? '';
      }
    }
  });
});
