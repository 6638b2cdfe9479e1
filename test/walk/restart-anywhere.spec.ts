import type { RecordedEvent } from '@slipway/kernel';
import { SeededRandom } from '@slipway/kernel/testing';
import type { Effect } from './mortal-ports';
import { ScriptedWorker } from './scripted-worker';
import { deploy, release, shop } from './shop';
import { WalkSystem } from './system';

interface Walked {
  /** What the application did to the outside from the moment everything was scheduled, in order. */
  readonly effects: readonly Effect[];
  readonly events: readonly RecordedEvent[];
  readonly deaths: number;
}

/** Whether the application dies right after an effect, given all of them so far. */
type Deadly = (effects: readonly Effect[]) => boolean;

const AHEAD_MS = 300;

/**
 * Two deployments fall due at the same time and share a lane; each has two steps, and the first success opens a phase with an automatic environment. What
 * the application did before it died is stored; that it did it, it never learned.
 */
async function walk(deadly: Deadly): Promise<Walked> {
  const system = await WalkSystem.open('restart');
  const worker = await new ScriptedWorker('w1', system).start();
  const effects: Effect[] = [];
  let deaths = 0;
  try {
    await shop(system, { environments: ['development', 'staging'], automatic: ['staging'] });
    await release(system, '1.0.0');
    const at = new Date(system.clock.now() + AHEAD_MS).toISOString();
    await deploy(system, '1.0.0', 'development', { at });
    await deploy(system, '1.0.0', 'development', { at, priority: true });
    system.after = (effect, life) => {
      effects.push(effect);
      if (!deadly(effects)) return;
      deaths += 1;
      life.kill();
    };
    const ended = async () => (await system.story('release-shop@1.0.0')).filter((type) => type === 'DeploymentConcluded').length === 3;
    await system.until(ended, 'three concluded deployments');
    system.after = () => undefined;
    await system.pass(200);
    return { effects, events: await system.events(), deaths };
  } finally {
    system.after = () => undefined;
    await worker.stop();
    await system.close();
  }
}

function after(kind: Effect, number: number): Deadly {
  return (effects) => effects.at(-1) === kind && effects.filter((one) => one === kind).length === number;
}

/** What each stream says, deployments named by the order in which they were scheduled; two streams may go on in either order, one may not. */
function stories(events: readonly RecordedEvent[]): Record<string, string[]> {
  const scheduled = events.filter((event) => event.type === 'DeploymentScheduled');
  const names = new Map(scheduled.map(({ data }, index) => [(data as { deployment: string }).deployment, `deployment ${index + 1}`]));
  const told: Record<string, string[]> = {};
  for (const { stream, type, data } of events) {
    const { deployment = '', step, token, outcome } = data as Partial<Record<'deployment' | 'step' | 'token' | 'outcome', string>>;
    const name = names.get(stream.replace('deployment-', '')) ?? stream;
    (told[name] ??= []).push([type, names.get(deployment), step, token, outcome].filter((one) => one !== undefined).join(' '));
  }
  told['release-shop@1.0.0']?.sort();
  return told;
}

function startsOf(events: readonly RecordedEvent[]): string[] {
  return events.filter((event) => event.type === 'DeploymentStarted').map((event) => event.stream);
}

describe('wherever the application dies, the walk goes on', () => {
  let undisturbed: Walked;

  beforeAll(async () => {
    undisturbed = await walk(() => false);
  });

  async function endsTheSame(deadly: Deadly, where: string): Promise<number> {
    const walked = await walk(deadly);
    expect({ where, starts: new Set(startsOf(walked.events)).size }).toEqual({ where, starts: startsOf(walked.events).length });
    expect({ where, ...stories(walked.events) }).toEqual({ where, ...stories(undisturbed.events) });
    return walked.deaths;
  }

  function count(kind: Effect): number {
    return undisturbed.effects.filter((one) => one === kind).length;
  }

  it('walks from scheduled to concluded, and on to the next phase by itself', () => {
    const told = stories(undisturbed.events);
    expect(told['deployment 3']).toEqual([
      'DeploymentOpened deployment 3',
      'DeploymentQueued deployment 3',
      'DeploymentStarted deployment 3',
      'StepDispatched deployment 3 Build 1',
      'StepStarted deployment 3 Build 1',
      'StepSucceeded deployment 3 Build 1',
      'StepDispatched deployment 3 Deploy 2',
      'StepStarted deployment 3 Deploy 2',
      'StepSucceeded deployment 3 Deploy 2',
      'DeploymentSucceeded deployment 3',
    ]);
    expect(told['lane-shop@staging']).toEqual(['LaneEntered deployment 3', 'LaneGranted deployment 3', 'LaneLeft deployment 3']);
  });

  it('after each append in turn', async () => {
    for (let number = 1; number <= count('append'); number += 1) {
      expect(await endsTheSame(after('append', number), `append ${number}`)).toBe(1);
    }
  });

  it('after each message to the bus in turn', async () => {
    for (let number = 1; number <= count('publish'); number += 1) {
      expect(await endsTheSame(after('publish', number), `publish ${number}`)).toBe(1);
    }
  });

  it('after saved checkpoints and rows', async () => {
    const seed = process.env['SEED'] ?? String(Math.trunc(performance.timeOrigin));
    const random = new SeededRandom(seed);
    for (let tries = 0; tries < 12; tries += 1) {
      const number = 1 + Math.floor(random.fraction() * count('commit'));
      await endsTheSame(after('commit', number), `commit ${number}, seed ${seed}`);
    }
  });

  it.each([9, 17])('again and again, every %i effects', async (every) => {
    const deaths = await endsTheSame((effects) => effects.length % every === 0, `every ${every} effects`);
    expect(deaths).toBeGreaterThan(5);
  });
});
