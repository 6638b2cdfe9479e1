import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../e2e/support/eventually';
import { linesOf } from '../e2e/support/machine';
import type { Program } from '../support/processes/program';
import type { StoredEvent } from '../support/processes/stored-event';
import type { BrokerCluster } from './broker-cluster';

const PATIENCE_SECONDS = 90;
const SUCCEEDED = 'DeploymentSucceeded';

/** What a step wrote: its process, and when, in milliseconds since the epoch. */
interface Sign {
  readonly what: string;
  readonly deployment: string;
  readonly attempt: number;
  readonly pid: string;
  readonly at: number;
}

/** Deployments whose steps run until a gate is opened, and give a sign of life all the time. */
export class LongSteps {
  private readonly deployments: string[] = [];

  constructor(
    private readonly on: BrokerCluster,
    private readonly name: string,
  ) {}

  /** Deploys until a worker, which is about to have bad luck, runs one; resolves with its id. */
  async hit(worker: Program): Promise<string> {
    for (;;) {
      const deployment = await this.deploy();
      const started = await eventually(
        'it runs',
        async () => this.happenings(deployment, 'StepStarted', await this.on.stored()),
        ({ length }) => length > 0,
        PATIENCE_SECONDS,
      );
      await eventually(
        'it gives signs of life',
        () => this.signs(deployment),
        ({ length }) => length > 2,
      );
      const holder = String(started[0]!['worker']);
      if (!worker.output.includes(`"worker":"${holder}"`)) continue;
      this.on.unlucky.add(holder);
      return deployment;
    }
  }

  /** Resolves when an attempt of it is lost. */
  async untilLost(deployment: string): Promise<void> {
    await eventually(
      'its attempt is lost',
      () => this.on.stored(),
      (stored) => this.happenings(deployment, 'StepLost', stored).length > 0,
      PATIENCE_SECONDS,
    );
  }

  open(): void {
    writeFileSync(this.gate, '');
  }

  async untilSucceeded(): Promise<void> {
    await eventually(
      'all have succeeded',
      () => this.on.stored(),
      (stored) => this.deployments.every((one) => this.happenings(one, SUCCEEDED, stored).length > 0),
      PATIENCE_SECONDS,
    );
  }

  /** No two attempts of a deployment ran at the same time, none began twice, and that of the one that was hit was lost once and tried once more. */
  async expectOnceAtATime(hit: string): Promise<void> {
    const stored = await this.on.stored();
    for (const deployment of this.deployments) {
      const signs = this.signs(deployment);
      const attempts = [...new Set(signs.map(({ attempt }) => attempt))];
      expect(attempts).toEqual(deployment === hit ? [1, 2] : [1]);
      const lost = this.happenings(deployment, 'StepLost', stored);
      expect(lost.map((data) => data['attempt'])).toEqual(deployment === hit ? [1] : []);
      let before = 0;
      for (const attempt of attempts) {
        const own = signs.filter((sign) => sign.attempt === attempt);
        expect(new Set(own.map(({ pid }) => pid)).size).toBe(1);
        expect(own.filter(({ what }) => what === 'start')).toHaveLength(1);
        expect(own[0]!.at).toBeGreaterThan(before);
        before = own.at(-1)!.at;
      }
    }
  }

  private async deploy(): Promise<string> {
    const { load, others } = this.on;
    const slug = `${this.name}-${this.deployments.length}`;
    const say = `echo "$1 $SLIPWAY_DEPLOYMENT $SLIPWAY_ATTEMPT $$ $(date +%s%3N)" >> '${this.file}'`;
    const run = [`say() { ${say}; }`, 'say start', `until [ -e '${this.gate}' ]; do say beat; sleep 0.1; done`, 'say stop'].join('\n');
    const retries = { attempts: 3, delay: 'PT1S' };
    await load.command('POST', '/projects', { slug });
    await load.command('PUT', `/projects/${slug}/process`, { steps: [{ name: 'Wait', type: 'script', input: { run }, retries }] });
    await load.command('POST', `/projects/${slug}/releases`, { version: '1.0.0' });
    const path = `/projects/${slug}/releases/1.0.0/deployments`;
    const { id } = await load.command<{ id: string }>('POST', path, { environment: 'development' });
    others.push({ id });
    this.deployments.push(id);
    return id;
  }

  private signs(deployment: string): Sign[] {
    const signs = linesOf(this.file).map((line) => {
      const [what, of, attempt, pid, at] = line.split(' ') as [string, string, string, string, string];
      return { what, deployment: of, attempt: Number(attempt), pid, at: Number(at) };
    });
    return signs.filter((sign) => sign.deployment === deployment);
  }

  private happenings(deployment: string, type: string, stored: readonly StoredEvent[]): Record<string, unknown>[] {
    const own = stored.filter((event) => event.stream === `deployment-${deployment}` && event.type === type);
    return own.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
  }

  private get file(): string {
    return join(this.on.folder, `${this.name}.signs`);
  }

  private get gate(): string {
    return join(this.on.folder, `${this.name}.gate`);
  }
}
