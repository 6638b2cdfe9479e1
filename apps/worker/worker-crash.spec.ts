import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryMessageBus } from '@slipway/adapters/message-bus/memory/memory-message-bus';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { silentLog, silentTelemetry, type AttemptRef } from '@slipway/kernel';
import { TestChild } from '../../test/support/child';
import { ClaimDesk } from '../../test/support/claim-desk';
import { AttemptNotes } from './attempt-notes';
import { identify } from './process-groups';
import { Worker } from './worker';

const clock = new SystemClock();

async function gone(pids: readonly number[], withinMs: number): Promise<boolean> {
  for (const deadline = clock.now() + withinMs; clock.now() <= deadline; await clock.sleep(10)) {
    const states = await Promise.all(pids.map(async (pid) => (await identify(pid)) !== undefined && !(await isZombie(pid))));
    if (!states.includes(true)) return true;
  }
  return false;
}

async function isZombie(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')).includes(') Z');
}

describe('a worker that dies', () => {
  let workFolder: string;
  let child: TestChild | undefined;

  beforeEach(async () => {
    workFolder = await mkdtemp(join(tmpdir(), 'slipway-crash-'));
  });

  afterEach(async () => {
    await child?.kill();
    await rm(workFolder, { recursive: true, force: true });
  });

  /** A worker process with an attempt that runs and one that is only claimed. */
  async function running(): Promise<{ worker: string; processes: number[]; guard: number }> {
    child = new TestChild('worker-until-killed.ts', workFolder);
    await child.printed(2);
    const [worker = '', printed = ''] = child.lines;
    const pids = printed.split(' ').map(Number);
    expect(pids).toHaveLength(4);
    return { worker, processes: pids.slice(0, 3), guard: pids[3]! };
  }

  /** What the next worker in the folder says about what it finds. */
  async function nextStart(): Promise<ClaimDesk> {
    const bus = new MemoryMessageBus({ clock });
    const desk = await ClaimDesk.open(bus);
    const worker = new Worker({
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
    await worker.start();
    await worker.stop();
    await bus.close();
    return desk;
  }

  it('takes everything its steps started with it within a second, and its next start reports lost what had begun and returned what had not', async () => {
    const { worker, processes, guard } = await running();
    await child?.kill();
    expect(await gone([...processes, guard], 1_000)).toBe(true);
    const desk = await nextStart();
    expect(desk.about('begun', 'lost')).toMatchObject([
      { worker, attempt: 1, token: 1, error: 'its worker ended while it ran: what it did is unknown' },
    ]);
    expect(desk.about('claimed', 'returned')).toMatchObject([{ worker, error: 'its worker ended before it began' }]);
    expect([...(await readdir(join(workFolder, 'notes'))), ...(await readdir(join(workFolder, 'attempts')))]).toEqual([]);
  });

  it.each([
    ['with its leader', false],
    ['whose leader is gone', true],
  ])('has its next start kill a group %s that lost its guard too', async (_, leaderGone) => {
    const { processes, guard } = await running();
    // Stopped, so that it cannot see its guard die.
    process.kill(child!.pid, 'SIGSTOP');
    process.kill(guard, 'SIGKILL');
    if (leaderGone) process.kill(processes[0]!, 'SIGKILL');
    await child?.kill();
    expect(await gone(processes, 100)).toBe(false);
    const desk = await nextStart();
    expect(await gone(processes, 0)).toBe(true);
    expect(desk.about('begun', 'lost')).toHaveLength(1);
  });

  it('never has its next start kill a stranger that got the number of a noted process', async () => {
    const stranger = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
    const identity = (await identify(stranger.pid!))!;
    const notes = new AttemptNotes(workFolder);
    await notes.prepare();
    const ref = (deployment: string): AttemptRef => ({ deployment, step: 'Deploy', attempt: 1, token: 1 });
    await notes.write({ worker: 'w', attempt: ref('another-time'), status: 'begun', group: { ...identity, startTime: '1' } });
    await notes.write({ worker: 'w', attempt: ref('another-boot'), status: 'begun', group: { ...identity, boot: 'before' } });
    const desk = await nextStart();
    expect(desk.about('another-time', 'lost')).toHaveLength(1);
    expect(desk.about('another-boot', 'lost')).toHaveLength(1);
    expect(await identify(stranger.pid!)).toEqual(identity);
    stranger.kill('SIGKILL');
  });
});
