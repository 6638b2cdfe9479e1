import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryMessageBus } from '@slipway/adapters/message-bus/memory/memory-message-bus';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { InfrastructureError, silentLog, silentTelemetry, tasksTopic, type Message } from '@slipway/kernel';
import { ScriptStep } from '@slipway/steps/script';
import { ClaimDesk, scriptTask } from '../../test/support/claim-desk';
import { identify } from './process-groups';
import { Worker, type WorkerOptions } from './worker';

const clock = new SystemClock();

/** A bus that can be away. */
class InterruptibleBus extends MemoryMessageBus {
  away = false;

  override async publish(messages: readonly Message[]): Promise<void> {
    if (this.away) throw new InfrastructureError('message-bus.unavailable', 'the bus is away', true);
    await super.publish(messages);
  }
}

describe('a worker', () => {
  let workFolder: string;
  let bus: InterruptibleBus;
  let desk: ClaimDesk;
  let worker: Worker;

  beforeEach(async () => {
    workFolder = await mkdtemp(join(tmpdir(), 'slipway-worker-'));
    bus = new InterruptibleBus({ clock });
    desk = await ClaimDesk.open(bus);
  });

  afterEach(async () => {
    bus.away = false;
    await worker.stop({ deadline: 0 });
    await bus.close();
    await rm(workFolder, { recursive: true, force: true });
  });

  async function start(changes: Partial<WorkerOptions> = {}): Promise<Worker> {
    const options = {
      bus,
      clock,
      random: new SystemRandom(),
      log: silentLog,
      telemetry: silentTelemetry,
      stepTypes: [new ScriptStep()],
      pools: ['default'],
      concurrency: 2,
      workFolder,
    };
    worker = new Worker({ ...options, ...changes });
    await worker.start();
    return worker;
  }

  const left = async () => [...(await readdir(join(workFolder, 'notes'))), ...(await readdir(join(workFolder, 'attempts')))];
  const until = async (condition: () => boolean | Promise<boolean>) => {
    while (!(await condition())) await clock.sleep(5);
  };

  it('claims a task, runs it once granted, and reports its end with outputs, exit code and the digest of its output', async () => {
    await start();
    await desk.dispatch(
      scriptTask('d-1', 'echo hello $SLIPWAY_VAR_WHO; echo oops >&2; echo url=x >> "$SLIPWAY_OUTPUT"', { variables: { Who: 'world' } }),
    );
    const ended = await desk.heard('d-1', 'succeeded');
    expect(ended).toMatchObject({ step: 'Deploy', attempt: 1, token: 1, worker: worker.id, exitCode: 0, outputs: { url: 'x' } });
    expect(desk.text('stdout')).toBe('hello world\n');
    expect(desk.text('stderr')).toBe('oops\n');
    expect(desk.chunks.map(({ number }) => number)).toEqual([1, 2]);
    const digest = createHash('sha256').update(desk.chunks.map((chunk) => JSON.stringify(chunk)).join('\n'));
    expect(ended.log).toEqual({ chunks: 2, digest: digest.digest('hex') });
    await until(() => worker.holding === 0);
    expect(await left()).toEqual([]);
  });

  it('reports a script that fails with its exit code', async () => {
    await start();
    await desk.dispatch(scriptTask('d-1', 'exit 3'));
    expect(await desk.heard('d-1', 'failed')).toMatchObject({ exitCode: 3, error: 'the script ended with exit code 3', outputs: {} });
  });

  it('forgets a claim that is dropped, and never runs it', async () => {
    await start();
    desk.answer = () => 'dropped';
    await desk.dispatch(scriptTask('d-1', 'echo ran'));
    await desk.heard('d-1', 'claimed');
    await until(() => worker.holding === 0);
    expect(desk.said).toHaveLength(1);
    expect(desk.chunks).toEqual([]);
    expect(await left()).toEqual([]);
  });

  it('ends a claimed attempt unstarted when its claim is answered with cancel', async () => {
    await start();
    desk.answer = () => 'cancel';
    await desk.dispatch(scriptTask('d-1', 'echo ran'));
    expect(await desk.heard('d-1', 'cancelled')).toMatchObject({ log: { chunks: 0 } });
    expect(desk.chunks).toEqual([]);
  });

  it('repeats an unanswered claim, and hands it back when nobody ever answers', async () => {
    await start({ claimRepeatSeconds: 0.05, claimPatienceSeconds: 0.5 });
    desk.answer = ({ deployment }) => (deployment === 'd-1' && desk.about('d-1', 'claimed').length > 2 ? 'granted' : undefined);
    await desk.dispatch(scriptTask('d-1', 'exit 0'));
    await desk.dispatch(scriptTask('d-2', 'exit 0'));
    await desk.heard('d-1', 'succeeded');
    expect(desk.about('d-1', 'claimed').length).toBeGreaterThanOrEqual(3);
    expect(await desk.heard('d-2', 'returned')).toMatchObject({ error: 'its claim was not answered for 0.5 s' });
  });

  it('does not run a task twice that arrives twice, neither at once nor after its end', async () => {
    await start({ concurrency: 3 });
    const task = scriptTask('d-1', 'echo ran; sleep 0.1');
    await desk.dispatch(task);
    await desk.dispatch(task);
    await desk.heard('d-1', 'succeeded');
    await desk.dispatch(task);
    await desk.dispatch(scriptTask('d-2', 'true'));
    await desk.heard('d-2', 'succeeded');
    expect(desk.about('d-1', 'claimed')).toHaveLength(1);
    expect(desk.text('stdout')).toBe('ran\n');
  });

  it('takes the same attempt again under the next token', async () => {
    await start();
    await desk.dispatch(scriptTask('d-1', 'echo ran'));
    await desk.dispatch(scriptTask('d-1', 'echo ran', { token: 2 }));
    await desk.until(() => desk.about('d-1', 'succeeded').length === 2);
    expect(desk.text('stdout')).toBe('ran\nran\n');
  });

  it('ends an attempt at its time limit', async () => {
    await start();
    await desk.dispatch(scriptTask('d-1', 'sleep 300', { timeoutMs: 200 }));
    expect(await desk.heard('d-1', 'timed-out')).toMatchObject({
      error: 'the step did not end within its time limit of 0.2 s and was ended',
    });
  });

  it('ends a running attempt that is cancelled, and keeps what it had said', async () => {
    await start();
    await desk.dispatch(scriptTask('d-1', 'trap "echo bye; exit 0" TERM; echo begun; sleep 300 & wait'));
    await desk.until(() => desk.text('stdout') === 'begun\n');
    await desk.tell({ deployment: 'd-1', step: 'Deploy', attempt: 1, token: 1, kind: 'cancel' });
    expect(await desk.heard('d-1', 'cancelled')).toMatchObject({ log: { chunks: 2 } });
    expect(desk.text('stdout')).toBe('begun\nbye\n');
  });

  it('ends a running attempt that it learns to be another worker’s', async () => {
    await start();
    await desk.dispatch(scriptTask('d-1', 'echo begun; sleep 300'));
    await desk.until(() => desk.text('stdout') !== '');
    await desk.tell({ deployment: 'd-1', step: 'Deploy', attempt: 1, token: 1, kind: 'dropped', worker: worker.id });
    await desk.heard('d-1', 'lost');
  });

  it('takes tasks only while slots are free, and tells how many are', async () => {
    await start({ concurrency: 1 });
    await desk.dispatch(scriptTask('d-1', 'while [ ! -e go ]; do sleep 0.02; done'));
    await desk.heard('d-1', 'claimed');
    await desk.dispatch(scriptTask('d-2', 'true'));
    await desk.until(() => desk.free.at(-1) === 0);
    expect(desk.about('d-2', 'claimed')).toEqual([]);
    await desk.tell({ deployment: 'd-1', step: 'Deploy', attempt: 1, token: 1, kind: 'cancel' });
    await desk.heard('d-2', 'succeeded');
    expect(desk.said.findIndex((word) => word.kind === 'cancelled')).toBeLessThan(
      desk.said.findIndex((word) => 'deployment' in word && word.deployment === 'd-2'),
    );
    await desk.until(() => desk.free.at(-1) === 1);
  });

  it('claims and fails an attempt whose task is malformed or of an unknown step type, and sets aside what names no attempt', async () => {
    await start();
    await desk.dispatch({ ...scriptTask('d-1', 'true'), variables: { A: 5 }, timeoutMs: -1 });
    await desk.dispatch(scriptTask('d-2', 'true', { stepType: 'teleport' }));
    await bus.publish([{ topic: tasksTopic('default'), key: 'x', value: 'no JSON' }]);
    expect(await desk.heard('d-1', 'failed')).toMatchObject({ error: 'its task is malformed in variables, timeoutMs' });
    expect(await desk.heard('d-2', 'failed')).toMatchObject({ error: 'this worker knows no step type teleport' });
    await desk.until(() => desk.deadLetters.length === 1);
    expect(desk.deadLetters).toEqual([
      { value: 'no JSON', reason: 'task.unreadable: this is no task that a worker can read: it is not JSON' },
    ]);
  });

  it('keeps output within its bound and says where it was cut and how much was left out', async () => {
    await start({ maxLogBytes: 100_000 });
    await desk.dispatch(scriptTask('d-1', 'yes 0123456789 | head -c 1100000; echo; printf "\\xe2\\x82" >&2'));
    const { log } = await desk.heard('d-1', 'succeeded');
    await desk.until(() => desk.chunks.length === log.chunks);
    const kept = desk.text('stdout').length;
    expect(kept).toBeGreaterThan(90_000);
    expect(kept).toBeLessThanOrEqual(100_000);
    expect(desk.text('slipway')).toBe(
      `The output is cut here, after ${kept} bytes: what follows is left out.\nIn all, ${1_100_001 + 2 - kept} bytes of output were left out.\n`,
    );
  });

  it('beats while an attempt runs, which keeps a lease of a second alive for longer', async () => {
    await start();
    await desk.dispatch(scriptTask('d-1', 'sleep 1', { leaseSeconds: 0.6 }));
    await desk.heard('d-1', 'succeeded');
    expect(desk.about('d-1', 'heartbeat').length).toBeGreaterThanOrEqual(3);
  });

  it('ends an attempt when the bus takes no heartbeat for two thirds of a lease, and reports it lost once the bus is back', async () => {
    await start();
    await desk.dispatch(scriptTask('d-1', 'echo $$; sleep 300', { leaseSeconds: 0.6 }));
    await desk.until(() => desk.text('stdout') !== '');
    bus.away = true;
    await until(async () => (await identify(Number(desk.text('stdout')))) === undefined);
    bus.away = false;
    expect(await desk.heard('d-1', 'lost')).toMatchObject({ error: expect.stringContaining('cut off') });
  });

  it('does not lose an outcome while the bus is away', async () => {
    await start();
    await desk.dispatch(scriptTask('d-1', 'echo $$; while [ ! -e go ]; do sleep 0.01; done; echo n=1 > "$SLIPWAY_OUTPUT"'));
    await desk.until(() => desk.text('stdout') !== '');
    bus.away = true;
    const [folder = ''] = await readdir(join(workFolder, 'attempts'));
    await writeFile(join(workFolder, 'attempts', folder, 'go'), '');
    await until(async () => (await identify(Number(desk.text('stdout')))) === undefined);
    expect(worker.holding).toBe(1);
    bus.away = false;
    expect(await desk.heard('d-1', 'succeeded')).toMatchObject({ outputs: { n: '1' } });
  });

  it('drains: what has not begun is handed back, what runs may end by itself', async () => {
    await start();
    desk.answer = ({ deployment }) => (deployment === 'd-1' ? 'granted' : undefined);
    await desk.dispatch(scriptTask('d-1', 'echo begun; sleep 0.3'));
    await desk.dispatch(scriptTask('d-2', 'true'));
    await desk.heard('d-2', 'claimed');
    await desk.until(() => desk.text('stdout') !== '');
    const stopping = worker.stop();
    expect(worker.state).toBe('draining');
    await stopping;
    expect(worker.state).toBe('stopped');
    expect(desk.about('d-2', 'returned')).toHaveLength(1);
    expect(desk.about('d-1', 'succeeded')).toHaveLength(1);
    expect(await readdir(workFolder)).toEqual(['attempts', 'notes']);
    expect(await left()).toEqual([]);
  });

  it('drains: what does not end in time is ended and reported lost, and nothing new is taken', async () => {
    await start({ drainSeconds: 0.2, concurrency: 1 });
    await desk.dispatch(scriptTask('d-1', 'echo begun; sleep 300'));
    await desk.until(() => desk.text('stdout') !== '');
    await desk.dispatch(scriptTask('d-2', 'true'));
    await worker.stop();
    expect(desk.about('d-1', 'lost')).toMatchObject([{ error: 'its worker was stopped and ended it: what it did is unknown' }]);
    expect(desk.about('d-2', 'claimed')).toEqual([]);
    await start();
    await desk.heard('d-2', 'succeeded');
  });

  it('refuses a folder in which another worker works, and says so by its state', async () => {
    const first = await start();
    const second = new Worker({
      bus,
      clock,
      random: new SystemRandom(),
      log: silentLog,
      telemetry: silentTelemetry,
      stepTypes: [],
      pools: ['default'],
      concurrency: 1,
      workFolder,
    });
    await expect(second.start()).rejects.toThrow(/is used by another worker \(process \d+\)/);
    expect([first.state, second.state]).toEqual(['running', 'failed']);
  });
});
