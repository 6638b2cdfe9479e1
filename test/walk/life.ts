import type { AttemptOutcome } from '@slipway/kernel';
import type { SeededRandom } from '@slipway/kernel/testing';
import { FAILED, ScriptedWorker, SUCCEEDED } from './scripted-worker';
import { deploy, release, script, shop } from './shop';
import type { WalkSystem } from './system';

const OUTCOMES: readonly (AttemptOutcome | 'runs on')[] = [
  ...Array.from({ length: 8 }, () => SUCCEEDED),
  FAILED,
  { kind: 'timed-out', error: 'late', log: { chunks: 1, digest: '0f' } },
  { kind: 'lost', error: 'it died' },
  { kind: 'returned', error: 'it stops' },
  'runs on',
];

function oneOf<T>(random: SeededRandom, of: readonly T[]): T {
  return of[Math.floor(random.fraction() * of.length)]!;
}

/** People and workers do what comes to their minds; what the rules refuse is refused. `after` each thing somebody may look at what came of it. */
export async function live(system: WalkSystem, steps: number, after: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  const { random } = system;
  const worker = await new ScriptedWorker('w1', system, () => oneOf(random, OUTCOMES)).start();
  await shop(system, {
    automatic: ['staging'],
    steps: [script('Build'), script('Deploy', { excludeEnvironments: ['staging'] }), script('Check')],
  });
  await shop(system, { project: 'blog', environments: ['staging', 'production'] });
  const deployments: string[] = [];
  const environments = ['development', 'staging', 'production', 'nowhere'];
  const versions = ['1.0.0', '1.1.0', '2.0.0'];
  const whatever: readonly (() => Promise<unknown>)[] = [
    () => release(system, oneOf(random, versions), oneOf(random, ['shop', 'blog'])),
    ...Array.from({ length: 8 }, () => async () => {
      const options = {
        project: oneOf(random, ['shop', 'blog']),
        priority: random.fraction() < 0.3,
        at: new Date(system.clock.now() + Math.floor(random.fraction() * 3) * 4_000).toISOString(),
        ...oneOf(random, [{}, { expiresAfter: 'PT2S' }, { exclude: ['build'] }, { comment: 'as agreed' }]),
      };
      deployments.push(await deploy(system, oneOf(random, versions), oneOf(random, environments), options));
    }),
    () => system.ask('CancelDeployment', { reason: 'wrong one' }, { deployment: oneOf(random, deployments) ?? 'none' }),
    () => system.ask('DeleteRelease', {}, { project: 'shop', version: oneOf(random, versions) }),
    () => system.ask('ChangeVariables', { variables: [{ name: 'A', value: String(random.fraction()) }] }, { project: 'shop' }),
    () => system.ask('UpdateVariables', {}, { project: 'shop', version: oneOf(random, versions) }),
    () =>
      system.ask(
        'ChangeEnvironment',
        { order: Math.floor(random.fraction() * 9), name: oneOf(random, ['Live', null]) },
        { environment: 'staging' },
      ),
    () => system.ask('ChangeProject', { description: oneOf(random, ['Sells', null]) }, { project: 'shop' }),
    () => system.ask('ChangeLifecycle', { name: oneOf(random, ['Way', null]) }, { lifecycle: 'shop-way' }),
    () => system.pass(1_000),
    () => system.pass(3_000),
    () => Promise.resolve(system.kill()).then(() => system.start()),
  ];
  for (let step = 0; step < steps; step += 1) {
    await oneOf(random, whatever)().catch(refused);
    await after();
  }
  await system.pass(10_000);
  await worker.stop();
}

/** A rule's refusal is part of life, anything else is a bug. */
function refused(error: unknown): void {
  if ((error as { isDomainError?: boolean }).isDomainError !== true) throw error;
}
