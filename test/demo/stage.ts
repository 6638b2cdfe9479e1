import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment, Interruption, Release, Slipway } from '../../generated/client';
import { freePorts, killAll, processesWith } from './machine';
import { ENVIRONMENTS, type EnvironmentName, type Ports, SHOP } from './shop';
import { ownServers } from './own-servers';
import { RunningSlipway } from './running-slipway';
import { done, SlipwayUsers } from './slipway-client';
import { type Story, StoryBroken } from './story';
import { until } from './waiting';

const ENDS = ['succeeded', 'failed', 'cancelled', 'expired', 'refused'];

/** Where the story plays: a Slipway on nothing, ports for the shop, and everything that has to be cleared away at its end. */
export class Stage {
  readonly ada: Slipway;
  readonly ben: Slipway;
  readonly cleo: Slipway;
  private readonly users: SlipwayUsers;
  private failed: string | undefined;

  private constructor(
    readonly story: Story,
    readonly folder: string,
    readonly slipway: RunningSlipway,
    readonly ports: Ports,
  ) {
    this.users = new SlipwayUsers(slipway.address);
    [this.ada, this.ben, this.cleo] = [this.users.named('ada'), this.users.named('ben'), this.users.named('cleo')];
  }

  /** `cluster`: on servers, in processes of their own. Throws StoryBroken where processes cannot be told by what /proc says of them. */
  static async open(story: Story, cluster: boolean): Promise<Stage> {
    if (!existsSync('/proc/self/environ')) throw new StoryBroken('The demo needs Linux: it finds what it started in /proc');
    const servers = cluster ? await ownServers() : undefined;
    const [development = 0, staging = 0, production = 0, ...own] = await freePorts(ENVIRONMENTS.length + (servers ? 3 : 1));
    const folder = mkdtempSync(join(tmpdir(), 'slipway-demo-'));
    const data = join(folder, 'data');
    const slipway = servers ? RunningSlipway.asCluster(data, own, servers) : RunningSlipway.inOneProcess(data, own[0]!);
    return new Stage(story, folder, slipway, { development, staging, production });
  }

  /** Where the shop's packages, installations and servers are. */
  get site(): string {
    return join(this.folder, 'site');
  }

  /** The newest position of the log that an answer told. */
  get position(): string {
    return this.users.position;
  }

  deployment(id: string): Promise<Deployment> {
    return done(this.ada.getDeployment({ path: { deployment: id } }));
  }

  /** A deployment once it has ended, however. */
  async ended(id: string): Promise<Deployment> {
    const deployment = await until(
      `deployment ${id} ends`,
      () => this.deployment(id),
      ({ state }) => ENDS.includes(state),
    );
    if (deployment.state === 'failed') this.failed = id;
    return deployment;
  }

  /** What a deployment asks a person, once it does. */
  async interruptionOf(deployment: string): Promise<Interruption> {
    const [interruption] = await until(
      `deployment ${deployment} asks a person`,
      async () => (await done(this.ada.listInterruptions({ query: { deployment, state: 'open' } }))).items,
      ({ length }) => length > 0,
    );
    if (!interruption) throw new StoryBroken('Nobody is asked');
    return interruption;
  }

  /** What the steps of the deployment that failed last printed; nothing when none did, or Slipway does not answer. */
  async lastFailure(): Promise<string> {
    if (this.failed === undefined) return '';
    const { data } = await this.ada.getLog({ path: { deployment: this.failed } });
    return data?.items.map(({ text }) => text).join('') ?? '';
  }

  release(version: string): Promise<Release> {
    return done(this.ada.getRelease({ path: { ...SHOP, version } }));
  }

  /** What the dashboard shows of the shop in an environment. */
  async cell(environment: EnvironmentName) {
    const board = await done(this.ada.getDashboard({ query: SHOP }));
    return board.projects.find(({ project }) => project === 'shop')?.cells[environment];
  }

  /** Ends every process that carries this story's folder in its environment (Slipway, steps, servers of the shop), and removes the folder. */
  async close(): Promise<void> {
    await this.slipway.close();
    await until(
      'all processes of the demo are gone',
      async () => {
        const left = processesWith(this.folder);
        killAll(left);
        return left;
      },
      (left) => left.length === 0,
    );
    rmSync(this.folder, { recursive: true, force: true });
    await this.slipway.clear();
  }
}
