import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryMessageBus } from '@slipway/adapters/message-bus/memory/memory-message-bus';
import { silentLog, silentTelemetry, type WorkedStepType } from '@slipway/kernel';
import { ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import { ClaimDesk, scriptTask } from '../../test/support/claim-desk';
import { AttemptNotes } from './attempt-notes';
import { HeldAttempt } from './held-attempt';
import { readTask } from './incoming';
import { PatientBus } from './patient-bus';

describe('an attempt that a worker holds', () => {
  let folder: string;
  let clock: ManualClock;
  let bus: MemoryMessageBus;
  let desk: ClaimDesk;
  let attempt: HeldAttempt;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-held-'));
    clock = new ManualClock();
    bus = new MemoryMessageBus({ clock });
    desk = await ClaimDesk.open(bus);
    desk.answer = () => undefined;
    const notes = new AttemptNotes(folder);
    await notes.prepare();
    const quick: WorkedStepType = {
      name: 'script',
      inputClass: Object,
      expandInput: (input) => input,
      run: async () => ({ kind: 'succeeded', outputs: {} }),
    };
    attempt = new HeldAttempt(readTask(JSON.stringify(scriptTask('d-1', 'true'))), {
      worker: 'w-1',
      bus: new PatientBus(bus, clock, new SeededRandom(), silentLog),
      clock,
      log: silentLog,
      telemetry: silentTelemetry,
      notes,
      stepTypes: new Map([['script', quick]]),
      maxLogBytes: 1_000,
      claimRepeatMs: 60_000,
      claimPatienceMs: 600_000,
      gaveUp: new AbortController().signal,
    });
    await attempt.claim(new AbortController().signal);
    await desk.heard('d-1', 'claimed');
  });

  afterEach(async () => {
    await bus.close();
    await rm(folder, { recursive: true, force: true });
  });

  const claims = () => desk.about('d-1', 'claimed').length;

  it('begins on a fresh grant', async () => {
    const life = attempt.live();
    attempt.hear('granted', clock.now());
    await life;
    await desk.heard('d-1', 'succeeded');
    expect(claims()).toBe(1);
  });

  it('asks again instead of beginning on a grant that may have run out meanwhile', async () => {
    const granted = clock.now();
    const life = attempt.live();
    await clock.advance(30_000);
    attempt.hear('granted', granted);
    await desk.until(() => claims() === 2);
    expect(desk.about('d-1', 'succeeded')).toEqual([]);
    attempt.hear('granted', clock.now());
    await life;
    await desk.heard('d-1', 'succeeded');
  });

  it('begins on a grant that is fresh since the question, whatever the clock of the bus says', async () => {
    const life = attempt.live();
    attempt.hear('granted', clock.now() - 3_600_000);
    await life;
    await desk.heard('d-1', 'succeeded');
  });

  it('does not begin when a cancel overtakes the grant', async () => {
    attempt.hear('granted', clock.now());
    attempt.hear('cancel', clock.now());
    attempt.hear('granted', clock.now());
    await attempt.live();
    await desk.heard('d-1', 'cancelled');
    await settle();
    expect(desk.about('d-1', 'succeeded')).toEqual([]);
  });
});
