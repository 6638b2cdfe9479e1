import { randomUUID } from 'node:crypto';
import type { Deployment, LogChunk } from '../../support/answers';
import { eventually } from '../support/eventually';
import { pidsIn, runs } from '../support/machine';
import { script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

describe('Steps', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const run = async (...steps: readonly ReturnType<typeof script>[]): Promise<Deployment> => {
    const shop = await slipway.project(steps);
    await shop.cut('1.0.0');
    return client.until(await shop.deploy('1.0.0', 'development'), 'succeeded', 'failed');
  };

  tells('run one after another, each in a folder and an environment of its own', async () => {
    const done = await run(
      script('first', 'echo "folder=$PWD" >> "$SLIPWAY_OUTPUT"; touch left-behind'),
      script(
        'second',
        'echo "folder=$PWD" >> "$SLIPWAY_OUTPUT"; echo "files=$(ls | wc -l)" >> "$SLIPWAY_OUTPUT"; env | cut -d= -f1 | sort',
      ),
    );
    const [first, second] = done.steps;
    expect(done.state).toBe('succeeded');
    expect(second?.outputs['files']).toBe('0');
    expect(second?.outputs['folder']).not.toBe(first?.outputs['folder']);
    expect(Date.parse(second!.attempts[0]!.startedAt!)).toBeGreaterThanOrEqual(Date.parse(first!.attempts[0]!.finishedAt!));
    const names = (await client.log(done)).trim().split('\n');
    expect(names).toEqual(
      expect.arrayContaining(['SLIPWAY_DEPLOYMENT', 'SLIPWAY_ENVIRONMENT', 'SLIPWAY_PROJECT', 'SLIPWAY_RELEASE', 'SLIPWAY_STEP']),
    );
    // Nothing of Slipway's own settings.
    expect(names).not.toEqual(expect.arrayContaining(['SLIPWAY_DATA_DIR']));
  });

  tells('a failing step fails the deployment, with its exit code, and the steps after it are skipped with the reason', async () => {
    const failed = await run(
      script('build', 'echo building'),
      script('copy', 'echo "no space" >&2; exit 28'),
      script('start', 'echo never'),
    );
    expect(failed).toMatchObject({
      state: 'failed',
      reason: { code: 'step.failed', message: 'Step copy: the script ended with exit code 28' },
      steps: [
        { state: 'succeeded', attempts: [{ exitCode: 0 }] },
        { state: 'failed', attempts: [{ number: 1, exitCode: 28 }] },
        { state: 'skipped', attempts: [], reason: { code: 'earlier-step-failed', facts: { step: 'copy' } } },
      ],
    });
    expect(await client.log(failed)).toBe('building\nno space\n');
  });

  tells('a step that outlives its time limit is ended with everything it started, and the deployment fails', async () => {
    const pids = slipway.file('timed-out');
    const hangs = `echo $$ >> '${pids}'; sleep 300 & echo $! >> '${pids}'; sleep 300`;
    const failed = await run(script('hang', hangs, { timeout: 'PT1S' }), script('after', 'echo never'));
    expect(failed).toMatchObject({
      state: 'failed',
      reason: { code: 'step.timed-out', message: expect.stringContaining('time limit of 1 s') as string },
      steps: [{ state: 'timed-out' }, { state: 'skipped' }],
    });
    expect(pidsIn(pids).length).toBe(2);
    await eventually(
      'its processes are gone',
      () => pidsIn(pids).filter(runs),
      (left) => left.length === 0,
    );
  });

  tells('a step runs in its `environments` only, and is skipped elsewhere with the reason', async () => {
    const shop = await slipway.project([
      script('warn', 'echo careful', { environments: ['staging'] }),
      script('seed', 'echo test data', { excludeEnvironments: ['staging'] }),
    ]);
    await shop.cut('1.0.0');
    const [development, staging] = await shop.take('1.0.0', 'development', 'staging');
    expect([await client.log(development!), await client.log(staging!)]).toEqual(['test data\n', 'careful\n']);
    expect(development?.steps).toMatchObject([{ state: 'skipped', attempts: [] }, { state: 'succeeded' }]);
    expect(staging?.steps).toMatchObject([{ state: 'succeeded' }, { state: 'skipped', attempts: [] }]);
    expect(development?.steps[0]?.reason?.message).toMatch(/development|staging/);
  });

  tells('what a step writes to $SLIPWAY_OUTPUT becomes its outputs; a line that is none fails the step', async () => {
    const told =
      'echo "url=http://localhost/?a=b" >> $SLIPWAY_OUTPUT; echo "port=80" >> $SLIPWAY_OUTPUT; echo "port=8080" >> $SLIPWAY_OUTPUT';
    const done = await run(script('start', told));
    expect(done.steps[0]?.outputs).toEqual({ url: 'http://localhost/?a=b', port: '8080' });
    const failed = await run(script('start', 'echo "port=80" >> $SLIPWAY_OUTPUT; echo oops >> $SLIPWAY_OUTPUT'));
    expect(failed.steps[0]).toMatchObject({
      state: 'failed',
      attempts: [{ error: { message: expect.stringContaining('line 2') as string } }],
    });
  });

  tells('the log tells the two outputs apart, and survives bytes that are no text', async () => {
    const done = await run(script('talk', `echo out; echo err >&2; sleep 0.7; printf 'caf\\xc3\\xa9 \\xff\\n'; printf 'no newline'`));
    expect(await client.log(done, 'stdout')).toBe('out\ncafé \uFFFD\nno newline');
    expect(await client.log(done, 'stderr')).toBe('err\n');
    const chunks = await client.all<LogChunk & { number: number; attempt: number }>(`/deployments/${done.id}/log`);
    expect(chunks.map(({ number }) => number)).toEqual(chunks.map((_, index) => index + 1));
    expect(chunks.every(({ step, attempt }) => step === 'talk' && attempt === 1)).toBe(true);
  });

  tells('what a running step prints can be read while it runs', async () => {
    const gate = slipway.gate('talking');
    const shop = await slipway.project([script('talk', `echo first; ${gate.wait}; echo second`)]);
    await shop.cut('1.0.0');
    const running = await shop.deploy('1.0.0', 'development');
    await client.untilStep(running, 'talk', 'running');
    await eventually(
      'the first line is there',
      () => client.log(running),
      (text) => text === 'first\n',
    );
    gate.open();
    await client.until(running, 'succeeded');
    expect(await client.log(running)).toBe('first\nsecond\n');
  });

  tells('more than 20 MB of output are cut with a note, and the memory of the process stays bounded', async () => {
    const before = slipway.process.peakMemory;
    const marker = randomUUID();
    const done = await run(script('flood', `yes '${marker} and some more text to fill the line' | head -c 30000000; echo done >&2`));
    expect(done.state).toBe('succeeded');
    const chunks = await client.all<LogChunk>(`/deployments/${done.id}/log`, { limit: '200' });
    const size = (source: string) =>
      chunks.filter((one) => one.source === source).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    expect(size('stdout')).toBeLessThanOrEqual(20_000_000);
    expect(size('stdout')).toBeGreaterThan(19_000_000);
    const notes = chunks.filter(({ source }) => source === 'slipway').map(({ text }) => text);
    expect(notes).toMatchObject([
      expect.stringContaining('The output is cut here'),
      expect.stringMatching(/In all, \d{8} bytes of output were left out/),
    ]);
    // Measured: 30 MB. Held whole in some place, it would be several hundred.
    expect(slipway.process.peakMemory - before).toBeLessThan(200 * 1024 * 1024);
  });
});
