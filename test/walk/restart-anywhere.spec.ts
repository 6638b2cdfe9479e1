import type { RecordedEvent } from '@slipway/kernel';
import { SEED, SeededRandom } from '@slipway/kernel/testing';
import { after, countOf, type Deadly, stories, walked, type Walked } from './deaths';
import type { Effect } from './mortal-ports';
import { ScriptedWorker } from './scripted-worker';
import { deploy, release, shop } from './shop';
import { WalkSystem } from './system';

const AHEAD_MS = 300;

// A hundred walks, seconds of processor time, of which suites with servers may leave little.
jest.setTimeout(240_000);

/**
 * Two deployments fall due at the same time and share a lane; each has two steps, and the first success opens a phase with an automatic environment.
 */
async function walk(deadly: Deadly): Promise<Walked> {
  const system = await WalkSystem.open('restart');
  const worker = await new ScriptedWorker('w1', system).start();
  try {
    await shop(system, { environments: ['development', 'staging'], automatic: ['staging'] });
    await release(system, '1.0.0');
    const at = new Date(system.clock.now() + AHEAD_MS).toISOString();
    await deploy(system, '1.0.0', 'development', { at });
    await deploy(system, '1.0.0', 'development', { at, priority: true });
    const ended = async () => (await system.story('release-shop@1.0.0')).filter((type) => type === 'DeploymentConcluded').length === 3;
    return await walked(system, deadly, ended, 'three concluded deployments');
  } finally {
    await worker.stop();
    await system.close();
  }
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
    const disturbed = await walk(deadly);
    expect({ where, starts: new Set(startsOf(disturbed.events)).size }).toEqual({ where, starts: startsOf(disturbed.events).length });
    expect({ where, ...stories(disturbed.events) }).toEqual({ where, ...stories(undisturbed.events) });
    return disturbed.deaths;
  }

  const count = (kind: Effect) => countOf(kind, undisturbed.effects);

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
    const random = new SeededRandom(SEED);
    for (let tries = 0; tries < 12; tries += 1) {
      const number = 1 + Math.floor(random.fraction() * count('commit'));
      await endsTheSame(after('commit', number), `commit ${number}, seed ${SEED}`);
    }
  });

  // Not always the same number: whoever dies after the very same few effects each time may do nothing but repeat those.
  it.each([9, 17])('again and again, about every %i effects', async (every) => {
    const random = new SeededRandom(SEED);
    const lifetime = () => Math.ceil(every * (0.5 + random.fraction()));
    let next = lifetime();
    const deadly: Deadly = (effects) => {
      if (effects.length < next) return false;
      next += lifetime();
      return true;
    };
    const deaths = await endsTheSame(deadly, `about every ${every} effects, seed ${SEED}`);
    expect(deaths).toBeGreaterThan(5);
  });
});
