import type { WalkSystem } from './system';

interface ShopOptions {
  readonly environments?: readonly string[];
  /** Environments that are deployed to by themselves. */
  readonly automatic?: readonly string[];
  readonly steps?: readonly object[];
  readonly variables?: readonly object[];
  readonly project?: string;
}

export function script(name: string, more: object = {}): object {
  return { name, type: 'script', input: { run: 'true' }, ...more };
}

/** A project with one phase per environment; no release yet. */
export async function shop(system: WalkSystem, options: ShopOptions = {}): Promise<void> {
  const { environments = ['development', 'staging', 'production'], automatic = [], project = 'shop' } = options;
  for (const [order, slug] of environments.entries()) await ignoringTaken(system.ask('CreateEnvironment', { slug, order }));
  const phases = environments.map((environment) => ({
    name: environment,
    environments: [{ environment, automatic: automatic.includes(environment) }],
  }));
  await system.ask('CreateLifecycle', { slug: `${project}-way`, phases });
  await system.ask('CreateProject', { slug: project, lifecycle: `${project}-way` });
  await system.ask('ChangeProcess', { steps: options.steps ?? [script('Build'), script('Deploy')] }, { project });
  if (options.variables) await system.ask('ChangeVariables', { variables: options.variables }, { project });
}

export async function release(system: WalkSystem, version: string, project = 'shop'): Promise<void> {
  await system.ask('CreateRelease', { version }, { project });
}

/** Id of a new deployment. */
export async function deploy(system: WalkSystem, version: string, environment: string, options: object = {}): Promise<string> {
  const { project = 'shop', ...body } = options as { project?: string };
  const { resource } = await system.ask('ScheduleDeployment', { environment, ...body }, { project, version });
  return (resource as { id: string }).id;
}

async function ignoringTaken(asked: Promise<unknown>): Promise<void> {
  await asked.catch((error: { code?: string }) => {
    if (error.code !== 'environment.already-exists') throw error;
  });
}
