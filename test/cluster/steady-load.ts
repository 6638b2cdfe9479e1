import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../e2e/support/eventually';
import { SlipwayTopics } from '../services/release-train/slipway-topics';
import type { Program } from '../support/processes/program';
import type { SlipwayCluster } from '../support/processes/slipway-cluster';
import type { EventsTopic } from './events-topic';

const ENDS = ['DeploymentSucceeded', 'DeploymentFailed', 'DeploymentCancelled', 'DeploymentExpired', 'DeploymentRefused'];
const TRY_MS = 10_000;
const GIVEN_UP_SECONDS = 90;

/** A deployment whose scheduling was acknowledged. */
export interface Acknowledged {
  readonly id: string;
  /** The Idempotency-Key or command-id, which is its comment too. */
  readonly key: string;
}

export interface LoadOptions {
  /** Where steps write. */
  readonly file: string;
  /** How many projects are deployed side by side. */
  readonly side: number;
  /** How often a step is tried. */
  readonly tries?: number;
  /** The bus as the load itself reaches it. */
  readonly busUrl?: string;
}

/**
 * Deployments one after the other in a few projects side by side: one over HTTP, the next over Kafka, and so on. What one API does not answer is asked of the other, with the same Idempotency-Key.
 * Each step that runs writes a line into a file.
 */
export class SteadyLoad {
  readonly acknowledged: Acknowledged[] = [];
  requests = 0;
  /** Why requests had to be sent again, and how often. */
  readonly retries = new Map<string, number>();
  /** The longest time that a deployment took from acknowledged to ended, ms, since somebody set it to 0. */
  slowest = 0;
  private going = false;
  private failure: Error | undefined;
  private loops: Promise<void>[] = [];

  private constructor(
    private readonly cluster: SlipwayCluster,
    private readonly events: EventsTopic,
    private readonly bus: SlipwayTopics,
    private readonly projects: readonly string[],
  ) {}

  static async prepare(
    cluster: SlipwayCluster,
    events: EventsTopic,
    { file, side, tries = 1, busUrl = cluster.busUrl }: LoadOptions,
  ): Promise<SteadyLoad> {
    const { host, searchParams } = new URL(busUrl);
    const bus = await SlipwayTopics.connect({ brokers: [host], prefix: searchParams.get('prefix') ?? '' });
    const projects = Array.from({ length: side }, (_, number) => `load-${number}`);
    const load = new SteadyLoad(cluster, events, bus, projects);
    await load.command('POST', '/environments', { slug: 'development' });
    const run = `echo "$SLIPWAY_DEPLOYMENT $SLIPWAY_STEP $SLIPWAY_ATTEMPT" >> '${file}'`;
    const step = { name: 'Deploy', type: 'script', input: { run }, ...(tries > 1 ? { retries: { attempts: tries, delay: 'PT1S' } } : {}) };
    for (const slug of projects) {
      await load.command('POST', '/projects', { slug });
      await load.command('PUT', `/projects/${slug}/process`, { steps: [step] });
      await load.command('POST', `/projects/${slug}/releases`, { version: '1.0.0' });
    }
    return load;
  }

  begin(): void {
    this.going = true;
    this.loops = this.projects.map((project, number) =>
      this.loop(project, number).catch((error: unknown) => {
        this.failure ??= error as Error;
      }),
    );
  }

  /** Resolves when all that was begun has ended. Rejects with what could not be done for good. */
  async end(): Promise<void> {
    this.going = false;
    await Promise.all(this.loops);
    if (this.failure) throw this.failure;
  }

  /** Resolves when so many more deployments were acknowledged. */
  async goesOn(deployments: number): Promise<void> {
    const enough = this.acknowledged.length + deployments;
    const are = () => this.failure !== undefined || this.acknowledged.length >= enough;
    await eventually(`${deployments} more deployments are acknowledged`, are, Boolean, GIVEN_UP_SECONDS);
    if (this.failure) throw this.failure;
  }

  /** A request that must be accepted by one of the APIs in the end. */
  async command<T>(method: string, path: string, body: object, key: string = randomUUID()): Promise<T> {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const { status, json } = await this.request(path, { method, headers, body: text });
    if (status !== 201 && status !== 202) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json as T;
  }

  async leave(): Promise<void> {
    await this.end().catch(() => undefined);
    await this.bus.disconnect();
  }

  private async loop(project: string, number: number): Promise<void> {
    for (let turn = number; this.going; turn += 1) {
      const key = randomUUID();
      const id = turn % 2 === 0 ? await this.overHttp(project, key) : await this.overKafka(project, key);
      const since = performance.now();
      this.acknowledged.push({ id, key });
      await this.events.says(`deployment-${id}`, ENDS, GIVEN_UP_SECONDS);
      this.slowest = Math.max(this.slowest, performance.now() - since);
    }
  }

  private async overHttp(project: string, comment: string): Promise<string> {
    const path = `/projects/${project}/releases/1.0.0/deployments`;
    return (await this.command<{ id: string }>('POST', path, { environment: 'development', comment }, comment)).id;
  }

  private async overKafka(project: string, comment: string): Promise<string> {
    const body = { project, version: '1.0.0', environment: 'development', comment };
    const answer = await this.bus.ask('ScheduleDeployment', body, { key: project, commandId: comment });
    if (answer.status === 'refused') throw new Error(`ScheduleDeployment over Kafka: ${JSON.stringify(answer.problem)}`);
    return String(answer.resource['id']);
  }

  /** Asks one API after the other until one answers for good. */
  private async request(path: string, init: RequestInit): Promise<{ status: number; json: unknown }> {
    this.requests += 1;
    const end = performance.now() + GIVEN_UP_SECONDS * 1_000;
    for (let tries = this.requests; ; tries += 1) {
      const answer = await this.tried(this.cluster.apis[tries % this.cluster.apis.length]!, path, init);
      if (typeof answer !== 'string') return answer;
      this.retries.set(answer, (this.retries.get(answer) ?? 0) + 1);
      if (performance.now() > end) throw new Error(`${path}: no answer for ${GIVEN_UP_SECONDS} s, last: ${answer}`);
      await pause(100);
    }
  }

  /** The answer, or why there is none that counts. */
  private async tried(api: Program, path: string, init: RequestInit): Promise<{ status: number; json: unknown } | string> {
    try {
      const answer = await fetch(`${api.address}/api/v1${path}`, { ...init, signal: AbortSignal.timeout(TRY_MS) });
      const json = (await answer.json()) as { code?: string };
      const again = answer.status === 503 || json.code === 'idempotency.in-flight';
      return again ? `${answer.status} ${json.code}` : { status: answer.status, json };
    } catch (error) {
      const { message, cause } = error as Error;
      return String((cause as { code?: string } | undefined)?.code ?? message);
    }
  }
}
