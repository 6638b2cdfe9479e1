import type { Deployment, Progression, Release, Snapshot } from '../../support/answers';
import type { SlipwayClient } from './slipway-client';

export interface Step {
  readonly name: string;
  readonly type: string;
  readonly input: object;
  readonly [option: string]: unknown;
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly scope?: Readonly<Record<string, readonly string[]>>;
}

export type DeploymentOptions = Readonly<Record<string, unknown>>;

/** A step that runs a text with bash. */
export function script(name: string, run: string, options: Readonly<Record<string, unknown>> = {}): Step {
  const { env, ...rest } = options;
  return { name, type: 'script', input: { run, ...(env === undefined ? {} : { env }) }, ...rest };
}

/** What people do with one project, over HTTP. */
export class Project {
  constructor(
    private readonly client: SlipwayClient,
    readonly slug: string,
  ) {}

  /** A new project with a process of these steps. */
  static async create(client: SlipwayClient, slug: string, steps: readonly Step[], more: { lifecycle?: string } = {}): Promise<Project> {
    await client.does('POST', '/projects', { slug, ...more });
    const project = new Project(client, slug);
    await project.changeProcess(...steps);
    return project;
  }

  get path(): string {
    return `/projects/${this.slug}`;
  }

  async changeProcess(...steps: readonly Step[]): Promise<void> {
    await this.client.does('PUT', `${this.path}/process`, { steps });
  }

  async changeVariables(...variables: readonly Variable[]): Promise<void> {
    await this.client.does('PUT', `${this.path}/variables`, { variables });
  }

  async cut(version: string, fields: object = {}): Promise<Release> {
    return (await this.client.does<Release>('POST', `${this.path}/releases`, { version, ...fields })).body;
  }

  release(version: string): Promise<Release> {
    return this.client.sees(this.releasePath(version));
  }

  progression(version: string): Promise<Progression> {
    return this.client.sees(`${this.releasePath(version)}/progression`);
  }

  snapshot(version: string, number?: number): Promise<Snapshot> {
    return this.client.sees(`${this.releasePath(version)}/variables`, number === undefined ? {} : { snapshot: String(number) });
  }

  async updateVariables(version: string): Promise<Release> {
    return (await this.client.does<Release>('POST', `${this.releasePath(version)}/variables/update`)).body;
  }

  async deploy(version: string, environment: string, options: DeploymentOptions = {}): Promise<Deployment> {
    return (await this.client.does<Deployment>('POST', `${this.releasePath(version)}/deployments`, { environment, ...options })).body;
  }

  async promote(version: string, to: string, options: DeploymentOptions = {}): Promise<Deployment> {
    return (await this.client.does<Deployment>('POST', `${this.releasePath(version)}/promotions`, { to, ...options })).body;
  }

  /** Deploys to one environment after the other, each with success. */
  async take(version: string, ...environments: readonly string[]): Promise<Deployment[]> {
    const done: Deployment[] = [];
    for (const environment of environments) {
      const ended = await this.client.until(
        await this.deploy(version, environment),
        'succeeded',
        'failed',
        'expired',
        'refused',
        'cancelled',
      );
      if (ended.state !== 'succeeded')
        throw new Error(`the deployment to ${environment} did not succeed: ${JSON.stringify(ended, null, 1)}`);
      done.push(ended);
    }
    return done;
  }

  releasePath(version: string): string {
    return `${this.path}/releases/${version}`;
  }
}
