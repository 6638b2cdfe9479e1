import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { auditExport } from '../support/processes/audit-export';
import { asStored } from '../support/processes/chain';
import { temporaryFolder } from '../support/processes/folders';
import { plainLog } from '../support/processes/plain-log';
import type { ProcessSettings } from '../support/processes/program';
import { SlipwayCluster } from '../support/processes/slipway-cluster';
import { faultsLeft } from './aftermath';
import { EventsTopic } from './events-topic';
import { SteadyLoad } from './steady-load';

/** Deployments before and after the bad luck, while more are under way. */
const SOME = 4;
const SIDE_BY_SIDE = 3;

/** Where the stores are, without what tests put in between. */
export interface Stores {
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
}

/** A cluster of two APIs, two processors and a worker with something to do, whose stores have bad luck. */
export class StoresUnderLoad {
  readonly cluster: SlipwayCluster;
  load!: SteadyLoad;
  private topic: EventsTopic | undefined;
  private readonly folder = temporaryFolder();

  /** `settings`: the ways of the processes to the stores. */
  constructor(
    settings: ProcessSettings,
    private readonly stores: Stores,
  ) {
    this.cluster = new SlipwayCluster(settings, { api: 2, processor: 2, worker: 1 });
  }

  /** Once the cluster is ready. */
  async prepare(): Promise<void> {
    this.topic = await EventsTopic.follow(this.cluster.busUrl);
    this.load = await SteadyLoad.prepare(this.cluster, this.topic, { file: this.file, side: SIDE_BY_SIDE });
  }

  /**
   * Lets something happen in the middle of work. Everything must be ready again afterwards, go on, and leave nothing undone, done twice or contradictory. Resolves
   * with what the processes printed meanwhile.
   */
  async survives(badLuck: () => Promise<void>): Promise<string> {
    const news = this.listen();
    this.load.begin();
    await this.load.goesOn(SOME);
    await badLuck();
    await this.cluster.ready();
    await this.load.goesOn(SOME);
    await this.leavesNothing();
    return news();
  }

  /** Ends the load, and holds what came of it to what was promised; the audit must export the very history that a plain client of the event store does. */
  async leavesNothing(): Promise<void> {
    await this.load.end();
    const { eventStoreUrl, readStoreUrl } = this.stores;
    const { acknowledged } = this.load;
    const stored = () => plainLog(eventStoreUrl);
    const faults = await faultsLeft({ acknowledged, file: this.file, stored, readStoreUrl });
    expect([...faults, ...this.topic!.faults]).toEqual([]);
    expect((await auditExport(this.cluster.address)).map(asStored)).toEqual(await stored());
  }

  /** What the processes print from now on. */
  listen(): () => string {
    const from = this.cluster.members.map(({ output }) => output.length);
    return () => this.cluster.members.map(({ output }, at) => output.slice(from[at])).join('');
  }

  async dispose(): Promise<void> {
    await this.load?.leave();
    await this.topic?.leave();
    await this.cluster.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get file(): string {
    return join(this.folder, 'ran');
  }
}
