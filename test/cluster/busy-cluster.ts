import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PostgresReadStore } from '@slipway/adapters/read-store/postgres/postgres-read-store';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { silentLog } from '@slipway/kernel';
import { eventually } from '../e2e/support/eventually';
import { exposition } from '../support/exposition';
import { temporaryFolder } from '../support/processes/folders';
import { brokenInvariants, differingReadModels, unended } from '../support/processes/invariants';
import type { Program } from '../support/processes/program';
import { SlipwayCluster } from '../support/processes/slipway-cluster';
import type { StoredEvent } from '../support/processes/stored-event';
import { EventsTopic } from './events-topic';
import { Owners } from './owners';
import { SteadyLoad } from './steady-load';

const PATIENCE_SECONDS = 60;
const LOOK_MS = 250;
/** Projects that are deployed side by side. */
const SIDE_BY_SIDE = 4;

/** Two processes of each kind that have something to do, and all that watches what comes of it. */
export class BusyCluster {
  readonly cluster = new SlipwayCluster({ LEASE_SECONDS: '10' }, { api: 2, processor: 2, worker: 2 });
  topic!: EventsTopic;
  owners!: Owners;
  load!: SteadyLoad;
  private readonly folder = temporaryFolder();

  async start(): Promise<void> {
    const { cluster } = this;
    await cluster.start();
    this.owners = await Owners.watch(cluster.databaseUrl);
    this.topic = await EventsTopic.follow(cluster.busUrl);
    this.load = await SteadyLoad.prepare(cluster, this.topic, { file: this.ran, side: SIDE_BY_SIDE });
  }

  async dispose(): Promise<void> {
    await this.load?.leave();
    await this.topic?.leave();
    await this.owners?.leave();
    await this.cluster.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Which processor runs a subscription, by its own word. */
  async runnerOf(name: RegExp): Promise<Program> {
    for (const processor of this.cluster.processors) if ((await this.runs(processor)).some((one) => name.test(one))) return processor;
    throw new Error(`no processor runs ${name.source}`);
  }

  async runs(processor: Program): Promise<string[]> {
    const samples = (await this.metrics(processor)).samples.filter(({ name }) => name === 'slipway_subscription_lag_events');
    return samples.map(({ labels }) => labels['subscription'] ?? '');
  }

  async metrics({ address }: Program) {
    return exposition(await (await fetch(`${address}/metrics`)).text());
  }

  /** Ends the load and holds what came of it, in log, rows, topic and steps, to what was promised. */
  async expectAllWell(): Promise<void> {
    await this.load.end();
    await this.cluster.ready();
    const stored = await this.atRest();
    expect(brokenInvariants(stored)).toEqual([]);
    expect(unended(stored)).toEqual([]);
    expect(this.misheard(stored)).toEqual([]);
    expect(this.topic.faults).toEqual([]);
    expect(repeated(this.attempts())).toEqual([]);
    await this.expectFolded(stored);
  }

  /** Each attempt of a step that began to run, as the step itself noted it. */
  attempts(): string[] {
    return readFileSync(this.ran, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  private get ran(): string {
    return join(this.folder, 'ran');
  }

  /** The log, when the topic has all of it and nothing more happens. */
  private async atRest(): Promise<StoredEvent[]> {
    let before = -1;
    const rests = (stored: readonly StoredEvent[]) => {
      const same = stored.length === before;
      before = stored.length;
      return same && unended(stored).length === 0 && stored.every(({ id }) => this.topic.has(id));
    };
    for (const end = performance.now() + PATIENCE_SECONDS * 1_000; ; await pause(LOOK_MS)) {
      const stored = await this.cluster.storedEvents();
      if (rests(stored) || performance.now() > end) return stored;
    }
  }

  /** What was acknowledged and is not in the log once, and what the topic lacks. */
  private misheard(stored: readonly StoredEvent[]): string[] {
    const opened = new Map<string, string[]>();
    for (const { type, stream, data } of stored) {
      if (type !== 'DeploymentOpened') continue;
      const { comment } = JSON.parse(data) as { comment?: string };
      if (comment !== undefined) opened.set(comment, [...(opened.get(comment) ?? []), stream]);
    }
    const twice = [...opened]
      .filter(([, streams]) => streams.length > 1)
      .map(([key, streams]) => `${key} was done as ${streams.join(', ')}`);
    const lost = this.load.acknowledged.filter(({ id, key }) => !opened.get(key)?.includes(`deployment-${id}`));
    const unheard = stored.filter(({ id }) => !this.topic.has(id));
    return [
      ...twice,
      ...lost.map(({ id }) => `${id} is lost`),
      ...unheard.map(({ stream, version }) => `${stream} ${version} is not told`),
    ];
  }

  private async expectFolded(stored: readonly StoredEvent[]): Promise<void> {
    const on = { url: this.cluster.databaseUrl, clock: new SystemClock(), random: new SystemRandom(), log: silentLog };
    const store = new PostgresReadStore(on);
    try {
      const differing = () => differingReadModels(store, stored);
      await eventually('the rows are what the log says', differing, (faults) => faults.length === 0, PATIENCE_SECONDS);
    } finally {
      await store.close();
    }
  }
}

function repeated(lines: readonly string[]): string[] {
  return lines.filter((line, at) => lines.indexOf(line) !== at);
}
