import { join } from 'node:path';
import { OwnBroker } from '@slipway/adapters/message-bus/kafka/own-broker.fixture';
import { temporaryFolder } from '../support/processes/folders';
import type { Program } from '../support/processes/program';
import { SlipwayCluster } from '../support/processes/slipway-cluster';
import type { StoredEvent } from '../support/processes/stored-event';
import { TcpProxy } from '../support/processes/tcp-proxy';
import { type Acknowledged, SteadyLoad } from './steady-load';
import { faultsLeft } from './aftermath';
import { EventsTopic } from './events-topic';
import { untilReady } from './readiness';

/** Projects that are deployed side by side. */
const SIDE_BY_SIDE = 3;
/** An attempt that was lost on the way is made again. */
const TRIES = 5;

/** Slipway on a broker of its own, behind a network that can be spoiled, for one of its workers apart from the others. Tests themselves talk with the broker directly. */
export class BrokerCluster {
  readonly folder = temporaryFolder();
  /** Deployments beside those of the load that were acknowledged. */
  readonly others: Pick<Acknowledged, 'id'>[] = [];
  /** Ids of workers that died or were cut off. */
  readonly unlucky = new Set<string>();
  broker!: OwnBroker;
  cluster!: SlipwayCluster;
  /** Between the broker and all but `apart`. */
  network!: TcpProxy;
  /** Between the broker and `apart`. */
  way!: TcpProxy;
  /** A worker. */
  apart!: Program;
  load!: SteadyLoad;
  topic!: EventsTopic;

  /** Neither the broker nor any process runs yet. */
  async prepare(): Promise<void> {
    this.broker = await OwnBroker.create({ detours: 2 });
    const [first, second] = this.broker.detours as [OwnBroker['detours'][number], OwnBroker['detours'][number]];
    this.network = await TcpProxy.to(first.url, first.advertised);
    this.way = await TcpProxy.to(second.url, second.advertised);
    const settings = { LEASE_SECONDS: '6', MESSAGE_BUS_URL: this.network.through(first.url) };
    this.cluster = new SlipwayCluster(settings, { api: 1, processor: 2, worker: 1 });
    await this.cluster.prepare();
    this.apart = this.cluster.add('worker', this.cluster.workers, { MESSAGE_BUS_URL: this.way.through(second.url) });
  }

  /** Once the broker is there. */
  async prepareLoad(): Promise<void> {
    const busUrl = `${this.broker.url}?prefix=`;
    this.topic = await EventsTopic.follow(busUrl);
    this.load = await SteadyLoad.prepare(this.cluster, this.topic, { file: this.ran, side: SIDE_BY_SIDE, tries: TRIES, busUrl });
  }

  async dispose(): Promise<void> {
    await this.load?.leave();
    await this.topic?.leave();
    await this.cluster.dispose();
    await Promise.all([this.network.close(), this.way.close()]);
    await this.broker.dispose();
  }

  /** What the processes print from now on. */
  printing(): () => string {
    const from = new Map(this.cluster.members.map((member) => [member, member.output.length]));
    return () => this.cluster.members.map((member) => member.output.slice(from.get(member) ?? 0)).join('');
  }

  get running(): Program[] {
    return this.cluster.members.filter(({ running }) => running);
  }

  async everyoneReady(): Promise<void> {
    for (const member of this.running) await untilReady(member);
  }

  stored(): Promise<StoredEvent[]> {
    return this.cluster.storedEvents();
  }

  /** Ends the load, and holds what came of it to what was promised. */
  async expectAllWell(): Promise<void> {
    await this.load.end();
    await this.everyoneReady();
    const acknowledged = [...this.load.acknowledged, ...this.others];
    const traces = {
      acknowledged,
      file: this.ran,
      stored: () => this.stored(),
      readStoreUrl: this.cluster.databaseUrl,
      unlucky: this.unlucky,
    };
    expect(await faultsLeft(traces)).toEqual([]);
    expect(this.topic.faults).toEqual([]);
  }

  private get ran(): string {
    return join(this.folder, 'ran');
  }
}
