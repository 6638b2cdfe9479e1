import { SEED, SeededRandom } from '@slipway/kernel/testing';
import { after, countOf, type Deadly, stories, walked, type Walked } from './deaths';
import type { Effect } from './mortal-ports';
import { Person } from './person';
import { FAILED, ScriptedWorker, SUCCEEDED } from './scripted-worker';
import { deploy, release, script, shop } from './shop';
import { WalkSystem } from './system';

const STEPS = [
  script('East', { retries: { attempts: 2, delay: 'PT2S' } }),
  script('West', { start: 'with-previous' }),
  { name: 'Approve', type: 'manual-intervention', input: { instructions: 'Look.' } },
  { name: 'Soak', type: 'delay', input: { duration: 'PT3S' } },
  { name: 'Api', type: 'deploy-release', input: { project: 'api' } },
  script('Check'),
];
const ENDED = ['DeploymentConcluded', 'LaneLeft'];

/**
 * One deployment with all that a deployment may wait for: two steps side by side, one of which fails once and is tried again later; a person, a time,
 * another project, and a person again, about a failure.
 */
async function walk(deadly: Deadly): Promise<Walked> {
  const system = await WalkSystem.open('depth');
  const fails = ({ step, attempt }: { step: string; attempt: number }) => attempt === 1 && ['East', 'Check'].includes(step);
  const worker = await new ScriptedWorker('w1', system, (task) => (fails(task) ? FAILED : SUCCEEDED)).start();
  const person = new Person(system, (step) => (step === 'Approve' ? 'proceed' : 'retry'));
  try {
    await shop(system, { environments: ['development'], project: 'api', steps: [script('Serve')] });
    await release(system, '2.0.0', 'api');
    await shop(system, { environments: ['development'], steps: STEPS });
    await release(system, '1.0.0');
    await system.ask('ScheduleDeployment', { environment: 'development', failureMode: 'guided' }, { project: 'shop', version: '1.0.0' });
    const ended = async () => {
      await person.looks();
      const events = await system.events();
      return ENDED.every((type) => events.filter((event) => event.type === type).length === 2);
    };
    return await walked(system, deadly, ended, 'the end of both deployments');
  } finally {
    await worker.stop();
    await system.close();
  }
}

/** Two steps side by side may go on in either order: each has a story of its own. */
const told = ({ events }: Walked) => stories(events, (stream, step) => (step === undefined ? stream : `${stream}, step ${step}`));

describe('wherever the application dies while a deployment waits, it goes on from where it was', () => {
  let undisturbed: Walked;

  beforeAll(async () => {
    undisturbed = await walk(() => false);
  });

  async function endsTheSame(deadly: Deadly, where: string): Promise<number> {
    const disturbed = await walk(deadly);
    expect({ where, ...told(disturbed) }).toEqual({ where, ...told(undisturbed) });
    return disturbed.deaths;
  }

  it('undisturbed it waits for everything once, and succeeds', () => {
    expect(told(undisturbed)).toMatchObject({
      'deployment 1, step East': [
        'StepDispatched deployment 1 East 1',
        'StepStarted deployment 1 East 1',
        'StepFailed deployment 1 East 1',
        'StepRetryPlanned deployment 1 East try 2',
        'StepDispatched deployment 1 East 3 try 2',
        'StepStarted deployment 1 East 3 try 2',
        'StepSucceeded deployment 1 East 3 try 2',
      ],
      'deployment 1, step Approve': [
        'InterruptionRaised deployment 1 Approve 4',
        'InterruptionTaken deployment 1 Approve',
        'InterruptionResolved deployment 1 Approve',
        'StepSucceeded deployment 1 Approve 4',
      ],
      'deployment 1, step Soak': ['StepDelayed deployment 1 Soak 5', 'StepSucceeded deployment 1 Soak 5'],
      'deployment 1, step Api': [
        'ChildDeploymentRequested deployment 1 Api 6',
        'ChildDeploymentScheduled deployment 1 Api 6',
        'StepSucceeded deployment 1 Api 6',
      ],
      'deployment 1, step Check': [
        'StepDispatched deployment 1 Check 7',
        'StepStarted deployment 1 Check 7',
        'StepFailed deployment 1 Check 7',
        'InterruptionRaised deployment 1 Check 7',
        'InterruptionTaken deployment 1 Check',
        'InterruptionResolved deployment 1 Check',
        'StepDispatched deployment 1 Check 8 try 2',
        'StepStarted deployment 1 Check 8 try 2',
        'StepSucceeded deployment 1 Check 8 try 2',
      ],
      'deployment 2, step Serve': [
        'StepDispatched deployment 2 Serve 1',
        'StepStarted deployment 2 Serve 1',
        'StepSucceeded deployment 2 Serve 1',
      ],
    });
  });

  /** Each walk dies several times, and all of them together after every effect. */
  async function diesAfterEach(kind: Effect, every: number): Promise<void> {
    for (let first = 0; first < every; first += 1) {
      const deadly: Deadly = (effects) => effects.at(-1) === kind && countOf(kind, effects) % every === first;
      expect(await endsTheSame(deadly, `after each ${kind} number ${first} modulo ${every}`)).toBeGreaterThan(1);
    }
  }

  it('after each append', () => diesAfterEach('append', 5));

  it('after each message to the bus', () => diesAfterEach('publish', 4));

  it('after saved checkpoints and rows', async () => {
    const random = new SeededRandom(SEED);
    for (let tries = 0; tries < 4; tries += 1) {
      const number = 1 + Math.floor(random.fraction() * countOf('commit', undisturbed.effects));
      await endsTheSame(after('commit', number), `commit ${number}, seed ${SEED}`);
    }
  });

  it('again and again', async () => {
    expect(await endsTheSame((effects) => effects.length % 11 === 0, 'every 11 effects')).toBeGreaterThan(5);
  });
});

/** A deployment that waits for one of another project is cancelled, from its first moment on, by somebody who asks until it is. */
async function cancelledWalk(deadly: Deadly): Promise<Walked> {
  const system = await WalkSystem.open('cancel');
  const worker = await new ScriptedWorker('w1', system, () => 'runs on').start();
  const api = { name: 'Api', type: 'deploy-release', input: { project: 'api' } };
  try {
    await shop(system, { environments: ['development'], project: 'api', steps: [script('Serve')] });
    await release(system, '2.0.0', 'api');
    await shop(system, { environments: ['development'], steps: [api, script('After')] });
    await release(system, '1.0.0');
    const id = await deploy(system, '1.0.0', 'development');
    let looks = 0;
    const ended = async () => {
      const types = (await system.events()).map(({ type }) => type);
      const isAsked = types.includes('ChildDeploymentRequested') && !types.includes('CancelRequested');
      if (isAsked && looks++ % 20 === 0) system.ask('CancelDeployment', {}, { deployment: id }).catch(() => undefined);
      const children = types.includes('ChildDeploymentScheduled') ? 2 : 1;
      return types.filter((type) => type === 'DeploymentConcluded').length >= children && types.at(-1) !== 'ChildDeploymentScheduled';
    };
    return await walked(system, deadly, ended, 'the end of whatever began');
  } finally {
    await worker.stop();
    await system.close();
  }
}

describe('a cancel of a deployment that waits for another project', () => {
  const isEnd = (type: string) => /^Deployment(Succeeded|Failed|Cancelled)$/.test(type);

  it.each([2, 3, 5, 7])('ends both, once each, though the application dies every %i appends', async (every) => {
    const deadly: Deadly = (effects) => effects.at(-1) === 'append' && countOf('append', effects) % every === 0;
    const { events, deaths } = await cancelledWalk(deadly);
    expect(deaths).toBeGreaterThan(0);
    const opened = events.filter(({ type }) => type === 'DeploymentOpened').map(({ stream }) => stream);
    const ends = events.filter(({ type }) => isEnd(type));
    expect(ends.map(({ type }) => type)).toEqual(opened.map(() => 'DeploymentCancelled'));
    expect(new Set(ends.map(({ stream }) => stream))).toEqual(new Set(opened));
  });
});
