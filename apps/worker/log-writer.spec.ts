import { InfrastructureError, silentLog, type LogChunk, type LogMessage, type Message } from '@slipway/kernel';
import { ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import { MemoryMessageBus } from '@slipway/adapters/message-bus/memory/memory-message-bus';
import { LogPublisher } from './log-publisher';
import { LogWriter, NO_OUTPUT } from './log-writer';
import { PatientBus } from './patient-bus';

const attempt = { deployment: 'd-1', step: 'Deploy', attempt: 1, token: 1 };

/** Takes messages when it is let to, and counts. */
class CountingBus extends MemoryMessageBus {
  readonly values: string[] = [];
  away = false;

  override async publish(messages: readonly Message[]): Promise<void> {
    if (this.away) throw new InfrastructureError('message-bus.unavailable', 'the bus is away', true);
    await new Promise(setImmediate);
    this.values.push(...messages.map(({ value }) => value));
  }

  chunks(): LogChunk[] {
    return this.values.flatMap((value) => (JSON.parse(value) as LogMessage).chunks);
  }
}

describe('the log of an attempt', () => {
  const clock = new ManualClock();
  let bus: CountingBus;

  const writer = (maxBytes = 20_000_000) => {
    bus = new CountingBus({ clock });
    const patient = new PatientBus(bus, clock, new SeededRandom(), silentLog);
    return new LogWriter(new LogPublisher(attempt, patient, silentLog, new AbortController().signal), clock, maxBytes);
  };

  it('of an attempt that said nothing has no chunks', async () => {
    expect(await writer().close()).toEqual(NO_OUTPUT);
  });

  it('sends what is no full piece after half a second', async () => {
    const log = writer();
    await log.write('stdout', Buffer.from('50 %'));
    await settle();
    expect(bus.values).toEqual([]);
    await clock.advance(500);
    expect(bus.chunks()).toMatchObject([{ number: 1, source: 'stdout', text: '50 %' }]);
    await log.close();
  });

  it('keeps whole lines of different sources in the order in which they came', async () => {
    const log = writer();
    await log.write('stdout', Buffer.from('one\ntw'));
    await log.write('stderr', Buffer.from('oops\n'));
    await log.write('stdout', Buffer.from('o\n'));
    await log.close();
    expect(bus.chunks().map(({ source, text }) => [source, text])).toEqual([
      ['stdout', 'one\n'],
      ['stderr', 'oops\n'],
      ['stdout', 'two\n'],
    ]);
  });

  it('takes 100 MB, keeps 20, in messages that the bus takes, and holds back whoever writes faster than the bus', async () => {
    const log = writer();
    const block = Buffer.from(`${'\u0001'.repeat(99)}\n`.repeat(1_000));
    let longest = 0;
    for (let written = 0; written < 100_000_000; written += block.length) {
      const before = bus.values.length;
      await log.write('stdout', block);
      longest = Math.max(longest, bus.values.length - before);
    }
    const { chunks } = await log.close();
    const kept = bus.chunks();
    expect(kept).toHaveLength(chunks);
    expect(kept.map(({ number }) => number)).toEqual(kept.map((_, index) => index + 1));
    const bytes = kept.filter(({ source }) => source === 'stdout').reduce((sum, { text }) => sum + text.length, 0);
    expect(bytes).toBeGreaterThan(19_990_000);
    expect(bytes).toBeLessThanOrEqual(20_000_000);
    expect(kept.at(-1)).toMatchObject({ source: 'slipway', text: `In all, ${100_000_000 - bytes} bytes of output were left out.\n` });
    expect(Math.max(...bus.values.map((value) => Buffer.byteLength(value)))).toBeLessThan(400_000);
    expect(longest).toBeGreaterThan(0);
  });

  it('makes the writer wait while the bus is away, and loses nothing', async () => {
    const log = writer();
    bus.away = true;
    let written = 0;
    const writing = (async () => {
      for (; written < 100; written += 1) await log.write('stdout', Buffer.from(`${'x'.repeat(9_999)}\n`));
    })();
    await clock.advance(60_000);
    expect(written).toBeLessThan(60);
    bus.away = false;
    await clock.advance(10_000);
    await writing;
    await log.close();
    expect(bus.chunks().reduce((sum, { text }) => sum + text.length, 0)).toBe(1_000_000);
  });
});
