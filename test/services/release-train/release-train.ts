import type { SlipwayTopics } from './slipway-topics';
import { type Answer } from './slipway-topics';

const ENVIRONMENTS = ['development', 'staging', 'production'];

/** What happened on the way, for whoever sent the train. */
export interface Journey {
  readonly deployments: readonly { readonly environment: string; readonly deployment: string; readonly outcome: string }[];
  /** The code of the refusal to skip an environment. */
  readonly refused: string;
  /** Whether asking once more under the same id came to the same deployment. */
  readonly repeated: boolean;
}

/** Brings a release of a new project from nothing to Production, over topics alone. Names begin with `name`. */
export class ReleaseTrain {
  private readonly lifecycle: string;
  private readonly environments: readonly string[];

  constructor(
    private readonly slipway: SlipwayTopics,
    private readonly name: string,
  ) {
    this.lifecycle = `${name}-way`;
    this.environments = ENVIRONMENTS.map((environment) => `${name}-${environment}`);
  }

  async run(version = '1.0.0'): Promise<Journey> {
    await this.prepare();
    const release = { project: this.name, version };
    await this.done('CreateRelease', release);
    const [first = '', second = '', third = ''] = this.environments;
    const deployments = [await this.deployed('ScheduleDeployment', { ...release, environment: first }, first)];
    const refused = await this.refusal('PromoteRelease', { ...release, to: third });
    deployments.push(await this.deployed('PromoteRelease', { ...release, to: second }, second));
    const commandId = `${this.name}-to-production`;
    const production = { ...release, to: third };
    deployments.push(await this.deployed('PromoteRelease', production, third, commandId));
    const again = await this.done('PromoteRelease', production, commandId);
    return { deployments, refused, repeated: again['id'] === deployments.at(-1)?.deployment };
  }

  private async prepare(): Promise<void> {
    const { lifecycle, name: project, environments } = this;
    for (const slug of environments) await this.done('CreateEnvironment', { slug });
    const phases = environments.map((environment) => ({ name: environment, environments: [{ environment }] }));
    await this.done('CreateLifecycle', { slug: lifecycle, phases });
    await this.done('CreateProject', { slug: project, lifecycle });
    const run = 'echo "here is $SLIPWAY_PROJECT $SLIPWAY_RELEASE in $SLIPWAY_ENVIRONMENT, $GREETING"';
    const step = { name: 'Deploy', type: 'script', input: { run, env: { GREETING: '#{Greeting}' } } };
    await this.done('ChangeProcess', { project, steps: [step] });
    await this.done('ChangeVariables', { project, variables: [{ name: 'Greeting', value: 'hello' }] });
  }

  private async deployed(command: string, body: object, environment: string, commandId?: string): Promise<Journey['deployments'][number]> {
    const { id } = await this.done(command, body, commandId);
    const concluded = await this.slipway.happens('DeploymentConcluded', ({ deployment }) => deployment === id);
    return { environment, deployment: String(id), outcome: String(concluded.data['outcome']) };
  }

  private async done(command: string, body: object, commandId?: string): Promise<Record<string, unknown>> {
    const answer = await this.ask(command, body, commandId);
    if (answer.status === 'accepted') return answer.resource;
    throw new Error(`${command} was refused: ${JSON.stringify(answer.problem)}`);
  }

  private async refusal(command: string, body: object): Promise<string> {
    const answer = await this.ask(command, body);
    if (answer.status === 'refused') return answer.problem.code;
    throw new Error(`${command} was accepted`);
  }

  private ask(command: string, body: object, commandId?: string): Promise<Answer> {
    return this.slipway.ask(command, body, { key: this.name, ...(commandId === undefined ? {} : { commandId }) });
  }
}
