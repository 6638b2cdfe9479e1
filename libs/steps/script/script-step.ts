import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepResult, StepRunContext, StepType } from '@slipway/kernel';
import { startGroup, type GroupEnd, type RunningGroup } from './guarded-group';
import { OutputPipe } from './output-pipe';
import { scriptEnvironment, tooBig, type ScriptHost } from './script-environment';
import { ScriptInput } from './script-input';
import { readOutputs, type Outputs } from './script-outputs';
import { SparePipes } from './spare-pipes';

/** Between TERM and KILL to the group of a script that must end. */
const TERM_GRACE_MS = 5_000;

const DEFAULT_HOST: ScriptHost = { path: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', lang: 'C.UTF-8' };

/**
 * Runs a text with bash or sh as a real child process: in a process group of its own, a folder of its own, a clean environment. What the script
 * starts ends with it; only a process that leaves the group (`setsid`) stays, which is how a script starts a server.
 */
export class ScriptStep implements StepType {
  readonly name = 'script';
  readonly inputClass = ScriptInput;
  private readonly host: ScriptHost;
  private readonly pipes = new SparePipes();

  /** `host` is what scripts may see of the machine: the PATH they find programs by, and LANG. */
  constructor(host: Partial<ScriptHost> = {}) {
    this.host = { ...DEFAULT_HOST, ...host };
  }

  readonly expandInput = (input: object, expand: (text: string, pointer: string) => string): object => {
    const { env } = input as ScriptInput;
    if (!env) return input;
    return { ...input, env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, expand(text, `/env/${name}`)])) };
  };

  readonly run = async (context: StepRunContext): Promise<StepResult> => {
    const input = context.input as ScriptInput;
    // Out of sight, so that the script finds its folder empty.
    const folder = join(context.workFolder, '.slipway');
    const files = { script: join(folder, 'script'), outputs: join(folder, 'outputs') };
    await mkdir(folder);
    await writeFile(files.script, input.run);
    await writeFile(files.outputs, '');
    const { env, notes } = scriptEnvironment(context, input, this.host, files.outputs);
    await say(notes, context);
    const [out, err] = await this.pipes.two(folder);
    const [stdout, stderr] = [new OutputPipe(out), new OutputPipe(err)];
    try {
      const shell = input.shell === 'sh' ? '/bin/sh' : '/bin/bash';
      const command = { shell, script: files.script, folder: context.workFolder, env, unfedSeconds: context.guard.unfedSeconds };
      const [group] = await Promise.all([
        startGroup({ ...command, stdout: stdout.descriptor, stderr: stderr.descriptor }).catch((error: NodeJS.ErrnoException) => {
          throw error.code === 'E2BIG' ? new Error(tooBig(env)) : error;
        }),
        stdout.closeWriter(),
        stderr.closeWriter(),
      ]);
      const end = await follow(group, context, [stdout, stderr]);
      const read = await readOutputs(files.outputs).catch((error: Error) => error);
      if (!(read instanceof Error)) await say(read.notes, context);
      return resultOf(end, read);
    } finally {
      stdout.destroy();
      stderr.destroy();
    }
  };
}

/** Words of Slipway's own in the step's log. */
async function say(notes: readonly string[], context: StepRunContext): Promise<void> {
  for (const note of notes) await context.output('slipway', Buffer.from(`${note}\n`));
}

/** From the noted group to its end, with all its output handed over. */
async function follow(
  group: RunningGroup,
  context: StepRunContext,
  [stdout, stderr]: readonly [OutputPipe, OutputPipe],
): Promise<GroupEnd> {
  const finished = new AbortController();
  try {
    await context.guard.attach(group);
    if (context.signal.aborted) group.signal('SIGKILL');
    else group.begin();
    void endWhenAborted(group, context, finished.signal);
    const end = group.ended.then(async (how) => {
      await Promise.all([stdout.endSoon(context.clock), stderr.endSoon(context.clock)]);
      return how;
    });
    const reading = [
      stdout.readAll((bytes) => context.output('stdout', bytes)),
      stderr.readAll((bytes) => context.output('stderr', bytes)),
    ];
    const [how] = await Promise.all([end, ...reading]);
    return how;
  } finally {
    finished.abort();
    group.signal('SIGKILL');
    await group.ended;
  }
}

/** TERM to the whole group when the attempt must end, KILL after the grace. */
async function endWhenAborted(group: RunningGroup, { signal, clock }: StepRunContext, finished: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted || finished.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    finished.addEventListener('abort', () => resolve(), { once: true });
  });
  if (finished.aborted) return;
  group.signal('SIGTERM');
  await clock.sleep(TERM_GRACE_MS, finished);
  if (!finished.aborted) group.signal('SIGKILL');
}

function resultOf({ code, signal }: GroupEnd, read: Outputs | Error): StepResult {
  const outputs = read instanceof Error ? {} : read.outputs;
  if (signal) return { kind: 'failed', error: `the script was killed by ${signal}`, outputs };
  const exitCode = code ?? 0;
  if (exitCode !== 0) return { kind: 'failed', exitCode, error: `the script ended with exit code ${exitCode}`, outputs };
  if (read instanceof Error) return { kind: 'failed', exitCode, error: read.message, outputs };
  return { kind: 'succeeded', exitCode, outputs };
}
