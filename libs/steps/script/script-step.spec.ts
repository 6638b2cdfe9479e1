import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import type { StepResult, StepRunContext } from '@slipway/kernel';
import type { ScriptInput } from './script-input';
import { ScriptStep } from './script-step';

const clock = new SystemClock();

interface Run {
  readonly result: StepResult;
  readonly text: (source: string) => string;
  readonly chunks: readonly { source: string; bytes: Buffer }[];
}

interface Given extends Partial<Omit<StepRunContext, 'input'>> {
  readonly onOutput?: (text: string, bytes: number) => Promise<void> | void;
}

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie is gone in all but name.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

async function gone(pids: readonly number[], withinMs = 1_000): Promise<boolean> {
  const deadline = clock.now() + withinMs;
  while (pids.some(isThere)) {
    if (clock.now() > deadline) return false;
    await clock.sleep(10);
  }
  return true;
}

describe('the step type script', () => {
  const folders: string[] = [];
  let guarded: { pid: number; feed: () => void } | undefined;

  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  async function run(input: ScriptInput | string, { onOutput, ...given }: Given = {}, step = new ScriptStep()): Promise<Run> {
    const workFolder = await mkdtemp(join(tmpdir(), 'slipway-script-'));
    folders.push(workFolder);
    const chunks: { source: string; bytes: Buffer }[] = [];
    const text = (source: string) =>
      Buffer.concat(chunks.filter((chunk) => chunk.source === source).map((chunk) => chunk.bytes)).toString();
    const context: StepRunContext = {
      input: typeof input === 'string' ? { run: input } : input,
      variables: {},
      project: 'shop',
      release: '1.0.0',
      environment: 'staging',
      deployment: 'd-1',
      step: 'Deploy it',
      attempt: 2,
      workFolder,
      clock,
      signal: new AbortController().signal,
      guard: { unfedSeconds: 20, attach: async (group) => void (guarded = group) },
      output: async (source, bytes) => {
        if (!onOutput) chunks.push({ source, bytes: Buffer.from(bytes) });
        await onOutput?.(bytes.toString(), bytes.length);
      },
      ...given,
    };
    return { result: await step.run(context), text, chunks };
  }

  it('succeeds with exit code 0, stdout and stderr told apart, also when a script writes to /dev/stderr', async () => {
    const { result, text } = await run('echo to out; echo to err > /dev/stderr; echo more out > /dev/stdout');
    expect(result).toEqual({ kind: 'succeeded', exitCode: 0, outputs: {} });
    expect(text('stdout')).toBe('to out\nmore out\n');
    expect(text('stderr')).toBe('to err\n');
  });

  it('fails with the exit code of the script', async () => {
    const { result } = await run('exit 7');
    expect(result).toEqual({ kind: 'failed', exitCode: 7, error: 'the script ended with exit code 7', outputs: {} });
  });

  it('says by which signal a script was killed', async () => {
    const { result } = await run('kill -SEGV $$');
    expect(result).toEqual({ kind: 'failed', error: 'the script was killed by SIGSEGV', outputs: {} });
    expect((await run('kill -KILL 0')).result).toMatchObject({ kind: 'failed', error: 'the script was killed by SIGKILL' });
  });

  it('runs with sh where that is asked for, in an empty folder that is its home', async () => {
    const { text } = await run({
      run: 'echo "${BASH_VERSION:-none}"; ls; [ "$PWD" = "$HOME" ] && [ "$TMPDIR" = "$HOME" ] && echo home',
      shell: 'sh',
    });
    expect(text('stdout')).toBe('none\nhome\n');
  });

  it('gives the script a clean environment: its own variables and nothing of the worker', async () => {
    process.env['SLIPWAY_SECRET_KEY_FOR_THIS_TEST'] = 'secret';
    const variables = { Greeting: 'a "quoted" $HOME `x`', 'Db.Port': '5432', 'db-port': '5433' };
    const { text } = await run(
      { run: 'env -0', env: { EXTRA: 'more', BASH_ENV: '/nowhere' } },
      { variables },
      new ScriptStep({ path: '/usr/bin:/bin' }),
    );
    delete process.env['SLIPWAY_SECRET_KEY_FOR_THIS_TEST'];
    const env = Object.fromEntries(
      text('stdout')
        .split('\0')
        .filter((entry) => entry !== '')
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    );
    const { PWD, SHLVL: _level, _: _program, SLIPWAY_OUTPUT, ...rest } = env;
    expect(rest).toEqual({
      PATH: '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      HOME: PWD,
      TMPDIR: PWD,
      EXTRA: 'more',
      BASH_ENV: '/nowhere',
      SLIPWAY_VAR_GREETING: variables.Greeting,
      SLIPWAY_VAR_DB_PORT: '5433',
      SLIPWAY_PROJECT: 'shop',
      SLIPWAY_RELEASE: '1.0.0',
      SLIPWAY_ENVIRONMENT: 'staging',
      SLIPWAY_DEPLOYMENT: 'd-1',
      SLIPWAY_STEP: 'Deploy it',
      SLIPWAY_ATTEMPT: '2',
    });
    expect(SLIPWAY_OUTPUT).toContain(PWD);
    expect(text('slipway')).toContain('Db.Port and db-port are both SLIPWAY_VAR_DB_PORT');
  });

  it('expands the values of env and never the script', () => {
    const input = { run: 'echo #{A}', env: { A: '#{A}', B: 'b' } };
    expect(new ScriptStep().expandInput(input, (text) => text.replace('#{A}', 'expanded'))).toEqual({
      run: 'echo #{A}',
      env: { A: 'expanded', B: 'b' },
    });
  });

  it('takes the lines of $SLIPWAY_OUTPUT as outputs, the last of a name', async () => {
    const { result } = await run(
      'echo url=http://a?b=c >> "$SLIPWAY_OUTPUT"; echo n=1 >> "$SLIPWAY_OUTPUT"; echo n=2 >> "$SLIPWAY_OUTPUT"',
    );
    expect(result).toEqual({ kind: 'succeeded', exitCode: 0, outputs: { url: 'http://a?b=c', n: '2' } });
  });

  it('takes outputs that differ only in case for one, as later steps read them, and says so in the log', async () => {
    const { result, text } = await run('printf "x=1\\nX=2\\ny=3\\n" > "$SLIPWAY_OUTPUT"');
    expect(result).toEqual({ kind: 'succeeded', exitCode: 0, outputs: { X: '2', y: '3' } });
    expect(text('slipway')).toBe('The outputs x and X are one, since case does not count: it has the value of X.\n');
  });

  it.each([
    [
      'a line that is no name=value',
      'printf "a=1\\n\\nnonsense\\n" > "$SLIPWAY_OUTPUT"',
      'line 3 of $SLIPWAY_OUTPUT is not name=value: "nonsense"',
    ],
    [
      'too many outputs',
      'for i in $(seq 101); do echo "n$i=x"; done > "$SLIPWAY_OUTPUT"',
      'line 101 of $SLIPWAY_OUTPUT is one output too many',
    ],
    ['too long a file', 'head -c 70000 /dev/zero > "$SLIPWAY_OUTPUT"', '$SLIPWAY_OUTPUT is longer than 65536 bytes'],
    ['a link', 'ln -sf /etc/passwd "$SLIPWAY_OUTPUT"', '$SLIPWAY_OUTPUT cannot be read (ELOOP)'],
    ['a pipe', 'rm "$SLIPWAY_OUTPUT"; mkfifo "$SLIPWAY_OUTPUT"', '$SLIPWAY_OUTPUT is no file any more'],
    ['invalid UTF-8', 'printf "a=\\377" > "$SLIPWAY_OUTPUT"', '$SLIPWAY_OUTPUT is not valid UTF-8'],
  ])('fails on outputs that are %s', async (_, script, error) => {
    expect((await run(script)).result).toMatchObject({ kind: 'failed', exitCode: 0, error: expect.stringContaining(error) });
  });

  it('refuses a value that no environment variable can hold, naming it', async () => {
    await expect(run('true', { variables: { Bad: 'a\0b' } })).rejects.toThrow('the value of SLIPWAY_VAR_BAD contains the character NUL');
    await expect(run('true', { variables: { Huge: 'x'.repeat(200_000) } })).rejects.toThrow(/SLIPWAY_VAR_HUGE alone 2000\d\d/);
  });

  it('ends the whole group on abort, forks and ignorers of TERM included: TERM, then KILL after the grace', async () => {
    const abort = new AbortController();
    const pids: number[] = [];
    const impatient = Object.assign(Object.create(clock) as SystemClock, {
      sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms === 5_000 ? 300 : ms, signal),
    });
    const script = `trap 'echo got TERM' TERM; (trap '' TERM; sleep 300 & echo "pid $! $BASHPID"; while :; do sleep 1; done) & echo "pid $$"; while :; do wait; done`;
    let said = '';
    const { result } = await run(script, {
      signal: abort.signal,
      clock: impatient,
      onOutput: (text) => {
        said += text;
        if ((said.match(/pid/g) ?? []).length === 2) abort.abort();
      },
    });
    pids.push(...(said.match(/\d+/g) ?? []).map(Number));
    expect(said).toContain('got TERM');
    expect(result).toMatchObject({ kind: 'failed', error: 'the script was killed by SIGKILL' });
    expect(pids).toHaveLength(3);
    expect(await gone([...pids, guarded?.pid ?? 0])).toBe(true);
  });

  it('does not begin what was aborted before it began', async () => {
    const { result, text } = await run('echo begun', { signal: AbortSignal.abort() });
    expect(result.kind).toBe('failed');
    expect(text('stdout')).toBe('');
  });

  it('kills what a script leaves behind in its group, even where that holds stdout open', async () => {
    const { result, text } = await run('(trap "" TERM HUP; sleep 300) & echo "$!"; disown; exit 0');
    expect(result.kind).toBe('succeeded');
    expect(await gone([Number(text('stdout'))])).toBe(true);
  });

  it('leaves a process alone that left the group, and stops listening to it', async () => {
    const { result, text } = await run('setsid bash -c \'echo "$$"; sleep 300\' & sleep 0.2');
    const pid = Number(text('stdout'));
    expect(result.kind).toBe('succeeded');
    expect(isThere(pid)).toBe(true);
    process.kill(-pid, 'SIGKILL');
  });

  it('kills the group when its guard gets no food, and lives on food', async () => {
    const attach: StepRunContext['guard']['attach'] = async (group) => {
      const fedUntil = clock.now() + 900;
      const feed = () => {
        group.feed();
        if (clock.now() < fedUntil) clock.after(50, feed);
      };
      feed();
    };
    const started = clock.now();
    const { result, text } = await run('sleep 300 & echo $!; wait', { guard: { unfedSeconds: 0.4, attach } });
    expect(result).toMatchObject({ kind: 'failed', error: 'the script was killed by SIGKILL' });
    expect(clock.now() - started).toBeGreaterThanOrEqual(1_200);
    expect(await gone([Number(text('stdout'))])).toBe(true);
  });

  it('kills the group when somebody kills its guard', async () => {
    const { result } = await run('pgrep -g "$$" -f slipway-guard | xargs kill -KILL; sleep 300');
    expect(result).toMatchObject({ kind: 'failed', error: 'the script was killed by SIGKILL' });
  });

  it('keeps the pipe of the guard from the children, and survives a TERM to its own group', async () => {
    const { result, text } = await run('ls -l /proc/self/fd | grep -c socket; trap "" TERM; kill -TERM 0; pgrep -c -g $$ -f slipway-guard');
    expect(result.kind).toBe('succeeded');
    expect(text('stdout')).toBe('0\n1\n');
  });

  it('waits with reading until its output was taken: 100 MB pass through and are never held', async () => {
    let taken = 0;
    let largest = 0;
    let busy = 0;
    const { result } = await run('head -c 100000000 /dev/zero', {
      onOutput: async (_, bytes) => {
        expect((busy += 1)).toBe(1);
        taken += bytes;
        largest = Math.max(largest, bytes);
        await new Promise(setImmediate);
        busy -= 1;
      },
    });
    expect(result.kind).toBe('succeeded');
    expect(taken).toBe(100_000_000);
    expect(largest).toBeLessThanOrEqual(1024 * 1024);
  });

  it('keeps the script out of the arguments that other users of the machine can read', async () => {
    const { text } = await run('tr "\\0" " " < /proc/$$/cmdline; : password-in-the-script');
    expect(text('stdout')).toMatch(/^\/bin\/bash \S+\/\.slipway\/script $/);
  });
});
