import type { Deployment, LogChunk } from '../../support/answers';
import { eventually } from '../support/eventually';
import { linesOf, pidsIn, runs } from '../support/machine';
import { script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

const beside = { start: 'with-previous' };

describe('the flow of steps, with real scripts', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const ended = (deployment: Deployment) => client.until(deployment, 'succeeded', 'failed', 'cancelled');
  const stepOf = ({ steps }: Deployment, name: string) => steps.find((one) => one.name === name)!;

  tells('steps side by side really overlap: each waits for what the other one makes', async () => {
    const [east, west] = [slipway.file('east'), slipway.file('west')];
    const meets = (own: string, other: string) => `touch '${own}'; until [ -e '${other}' ]; do sleep 0.02; done`;
    const shop = await slipway.project([
      script('East', meets(east, west), { timeout: 'PT20S' }),
      script('West', meets(west, east), { ...beside, timeout: 'PT20S' }),
      script('After', `[ -e '${east}' ] && [ -e '${west}' ]`),
    ]);
    await shop.cut('1.0.0');
    const done = await ended(await shop.deploy('1.0.0', 'development'));
    expect(done.state).toBe('succeeded');
    const last = ['East', 'West'].map((name) => stepOf(done, name).attempts[0]!.finishedAt!).sort()[1]!;
    expect(stepOf(done, 'After').attempts[0]!.startedAt! >= last).toBe(true);
  });

  tells('more steps side by side than the worker takes at once all get their turn, and their output stays apart', async () => {
    const names = Array.from({ length: 9 }, (_, number) => `S${number}`);
    const shop = await slipway.project(
      names.map((name, number) => script(name, `echo "${name} says hello"; sleep 0.1`, number === 0 ? {} : beside)),
    );
    await shop.cut('1.0.0');
    const done = await ended(await shop.deploy('1.0.0', 'development'));
    expect(done.steps.map(({ state }) => state)).toEqual(names.map(() => 'succeeded'));
    const printed = (await client.all<LogChunk>(`/deployments/${done.id}/log`, { limit: '200' })).filter(
      ({ source }) => source === 'stdout',
    );
    for (const name of names) {
      const own = printed.filter(({ step }) => step === name);
      expect(own.map(({ text }) => text).join('')).toBe(`${name} says hello\n`);
    }
  });

  tells('a step that fails is tried again, later each time, and knows which try it is', async () => {
    const tried = slipway.file('tried');
    const run = `echo "$SLIPWAY_ATTEMPT $(date +%s%3N)" >> '${tried}'; [ "$SLIPWAY_ATTEMPT" = 3 ]`;
    const shop = await slipway.project([script('Flaky', run, { retries: { attempts: 4, delay: 'PT0.5S', backoff: 2 } })]);
    await shop.cut('1.0.0');
    const asked = await shop.deploy('1.0.0', 'development');
    const done = await ended(asked);
    expect(stepOf(done, 'Flaky').attempts.map(({ state }) => state)).toEqual(['failed', 'failed', 'succeeded']);
    const lines = linesOf(tried).map((line) => line.split(' ').map(Number) as [number, number]);
    expect(lines.map(([number]) => number)).toEqual([1, 2, 3]);
    expect(lines[1]![1] - lines[0]![1]).toBeGreaterThanOrEqual(500);
    expect(lines[2]![1] - lines[1]![1]).toBeGreaterThanOrEqual(1_000);
  });

  tells('what a step sets is there for later ones: in their environment, and in their conditions', async () => {
    const shop = await slipway.project([
      script('Build', 'echo "Colour=dark red" >> "$SLIPWAY_OUTPUT"; echo "Changed=True" >> "$SLIPWAY_OUTPUT"'),
      script('Paint', 'echo "painted $SEEN"', {
        env: { SEEN: '#{Step[Build].Output.Colour | ToUpper}' },
        condition: { expression: '#{Step[Build].Output.Changed}' },
      }),
      script('Skip', 'echo never', { condition: { expression: 'Step[Build].Output.Colour == "blue"' } }),
    ]);
    await shop.cut('1.0.0');
    const done = await ended(await shop.deploy('1.0.0', 'development'));
    expect([done.state, ...done.steps.map(({ state }) => state)]).toEqual(['succeeded', 'succeeded', 'succeeded', 'skipped']);
    expect(await client.log(done, 'stdout')).toBe('painted DARK RED\n');
  });

  tells('after a failure, steps for failures and those that always run do; they can tell what failed', async () => {
    const shop = await slipway.project([
      script('Deploy', 'echo "Half=done" >> "$SLIPWAY_OUTPUT"; exit 3'),
      script('Check', 'echo never'),
      script('Undo', 'echo "undo $HALF: $ERROR"', {
        condition: 'failure',
        env: { HALF: '#{Step[Deploy].Output.Half}', ERROR: '#{Slipway.Deployment.Error}' },
      }),
      script('Tidy', 'echo tidied', { condition: 'always' }),
    ]);
    await shop.cut('1.0.0');
    const done = await ended(await shop.deploy('1.0.0', 'development'));
    expect(done.steps.map(({ state }) => state)).toEqual(['failed', 'skipped', 'succeeded', 'succeeded']);
    expect(done.state).toBe('failed');
    expect(await client.log(done, 'stdout')).toMatch(/^undo done: Step Deploy: .*3.*\ntidied\n$/);
  });

  tells('two failures side by side are asked about one after the other; both tried again, it succeeds', async () => {
    const once = (name: string) => `if [ -e '${slipway.file(name)}' ]; then exit 0; fi; touch '${slipway.file(name)}'; exit 1`;
    const shop = await slipway.project([script('East', once('once-east')), script('West', once('once-west'), beside)]);
    await shop.cut('1.0.0');
    const asked = await shop.deploy('1.0.0', 'development', { failureMode: 'guided' });
    for (const step of ['East', 'West']) {
      const seen = await client.seesOnce<Deployment>(
        `/deployments/${asked.id}`,
        ({ state, waitingFor }) => state === 'awaiting-intervention' && waitingFor?.facts['step'] === step,
      );
      const path = `/interruptions/${String(seen.waitingFor!.facts['interruption'])}`;
      await client.does('POST', `${path}/take`);
      await client.does('POST', `${path}/resolve`, { answer: 'retry' });
    }
    const done = await ended(asked);
    expect(done.steps.map(({ attempts }) => attempts.map(({ state }) => state))).toEqual([
      ['failed', 'succeeded'],
      ['failed', 'succeeded'],
    ]);
    expect([done.state, done.withWarnings]).toEqual(['succeeded', undefined]);
  });

  tells('a cancel ends all scripts that run side by side, with everything they started', async () => {
    const pids = slipway.file('pids');
    const work = `echo $$ >> '${pids}'; sleep 300 & echo $! >> '${pids}'; wait`;
    const shop = await slipway.project([script('East', work), script('West', work, beside), script('After', 'echo never')]);
    await shop.cut('1.0.0');
    const asked = await shop.deploy('1.0.0', 'development');
    await eventually(
      'both run',
      () => pidsIn(pids),
      (all) => all.length === 4,
    );
    await client.does('POST', `/deployments/${asked.id}/cancel`, {});
    const done = await ended(asked);
    expect([done.state, ...done.steps.map(({ state }) => state)]).toEqual(['cancelled', 'failed', 'failed', 'skipped']);
    await eventually(
      'their processes are gone',
      () => pidsIn(pids).filter(runs),
      (left) => left.length === 0,
    );
  });
});
