import { MemoryMessageBus } from '@slipway/adapters/message-bus/memory/memory-message-bus';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import {
  type ConsumeOptions,
  type Consumer,
  type Delivery,
  DomainError,
  InfrastructureError,
  MAX_MESSAGE_BYTES,
  TOPICS,
} from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { RememberingLog } from '@slipway/kernel/testing/subscription-fixture';
import { BusCaller } from '../../../../test/support/bus-caller';
import type { Caller } from '../command-gateway';
import { CommandAnswer } from '../decision-handler';
import { CommandIntake } from './command-intake';

type Asked = [name: string, body: unknown, parameters: object, caller: Caller];

const away = new InfrastructureError('event-store.unavailable', 'the store is away', true);
const answer = (resource: unknown) =>
  new CommandAnswer(resource, { stream: 's-1', state: {}, version: 3, position: 42n, events: [] }, true);

/** Pauses are short: how long they are is told by the spec of dead letters. */
class HurriedClock extends SystemClock {
  override after(ms: number, fn: () => void): () => void {
    return super.after(Math.min(ms, 2), fn);
  }
}

/** A bus on which others, whom nobody holds to our limits, may send too: a group gets their value in the place of ours. */
class SharedBus extends MemoryMessageBus {
  foreign: string | undefined;

  override consume(options: ConsumeOptions): Consumer {
    const { group, handle } = options;
    const replaced = (delivery: Delivery) => handle({ ...delivery, value: this.foreign ?? delivery.value });
    return super.consume(group === undefined ? options : { ...options, handle: replaced });
  }
}

describe('the intake of commands', () => {
  const clock = new HurriedClock();
  let bus: SharedBus;
  let log: RememberingLog;
  let caller: BusCaller;
  let asked: Asked[];
  /** What the gateway does with a command. */
  let decide: (...asked: Asked) => Promise<CommandAnswer>;
  const intakes: CommandIntake[] = [];

  async function intake(): Promise<CommandIntake> {
    const ask = async (...all: Asked) => {
      asked.push(all);
      return decide(...all);
    };
    const started = new CommandIntake({ bus, gateway: { ask }, clock, log });
    intakes.push(started);
    await started.start();
    return started;
  }

  beforeEach(async () => {
    bus = new SharedBus({ clock });
    log = new RememberingLog();
    await bus.ensureTopics(Object.values(TOPICS).map((name) => ({ name, partitions: 2 })));
    caller = await BusCaller.on(bus);
    asked = [];
    decide = async () => answer({ slug: 'shop' });
  });
  afterEach(async () => {
    for (const one of intakes.splice(0)) await one.stop();
    await caller.leave();
    await bus.close();
  });

  it('asks for a command as its message says, and tells what it came to', async () => {
    await intake();
    const headers = { 'command-id': 'k-1', 'correlation-id': 'c-1', actor: 'ada', 'if-match': '7' };
    const reply = await caller.ask({ command: 'ChangeProject', body: { project: 'shop' }, headers });
    expect(asked).toEqual([
      [
        'ChangeProject',
        { project: 'shop' },
        {},
        {
          actor: 'ada',
          idempotencyKey: 'k-1',
          correlationId: 'c-1',
          causationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
          expectedVersion: 7,
        },
      ],
    ]);
    expect(reply).toEqual({
      key: 'c-1',
      headers: { 'command-id': 'k-1', 'correlation-id': 'c-1' },
      value: { status: 'accepted', position: '42', version: 3, resource: { slug: 'shop' } },
    });
  });

  it('names a message without ids by itself, and the same when it is delivered again', async () => {
    let failures = 1;
    decide = async () => {
      if ((failures -= 1) >= 0) throw away;
      return answer({});
    };
    await intake();
    await bus.publish([{ topic: TOPICS.commands, key: 'any', value: '', headers: { command: 'X' } }]);
    await eventually(() => caller.replies.length === 1, 'the reply');
    const [first, second] = asked.map(([, body, , { actor, idempotencyKey, correlationId }]) => ({
      body,
      actor,
      idempotencyKey,
      correlationId,
    }));
    expect(first).toEqual({
      body: undefined,
      actor: 'anonymous',
      idempotencyKey: first!.correlationId,
      correlationId: second!.idempotencyKey,
    });
    expect(caller.replies[0]).toMatchObject({ key: first!.correlationId, headers: { 'command-id': first!.idempotencyKey } });
  });

  it('waits for a store that is away, and for a twin in flight, without limit and without an answer', async () => {
    let until = 8;
    decide = async () => {
      if ((until -= 1) > 4) throw away;
      if (until > 0) throw new InfrastructureError('idempotency.in-flight', 'a twin is worked on', true);
      return answer({});
    };
    await intake();
    expect((await caller.ask({ command: 'X' })).value.status).toBe('accepted');
    expect([caller.replies.length, caller.deadLetters.length]).toEqual([1, 0]);
  });

  it('answers a refusal, and sets nothing aside', async () => {
    decide = async () => {
      throw new DomainError('conflict', 'release.not-eligible', 'Not yet.', { why: 'phase' });
    };
    await intake();
    const { value, key } = await caller.ask({ command: 'X' });
    expect(value).toEqual({
      status: 'refused',
      problem: {
        ...{ type: 'urn:slipway:problem:release.not-eligible', title: 'A rule refuses it', status: 409, detail: 'Not yet.' },
        ...{ code: 'release.not-eligible', facts: { why: 'phase' }, traceId: key },
      },
    });
    expect(caller.deadLetters).toEqual([]);
  });

  it('answers an unexpected failure after five tries, without its inside, which the log tells, and sets the message aside', async () => {
    decide = async () => {
      throw new TypeError('password=hunter2 is undefined');
    };
    await intake();
    const { value, key } = await caller.ask({ command: 'X' });
    expect(value).toMatchObject({ status: 'refused', problem: { status: 500, code: 'internal', traceId: key } });
    expect(JSON.stringify(value)).not.toContain('hunter2');
    expect((await caller.deadLetter(key)).headers).toMatchObject({ 'dead-letter-tries': '5', 'correlation-id': key });
    expect(asked).toHaveLength(5);
    expect(log.said.filter(({ message }) => message.includes('a command failed: password=hunter2'))).toHaveLength(1);
  });

  it('leaves out a resource that is larger than a message may be, and says so', async () => {
    decide = async () => answer({ text: 'x'.repeat(1_000_000) });
    await intake();
    expect((await caller.ask({ command: 'X' })).value).toEqual({
      ...{ status: 'accepted', position: '42', version: 3 },
      resourceOmitted: expect.stringMatching(/HTTP/) as string,
    });
    decide = async () => {
      throw new DomainError('conflict', 'too.telling', 'No.', { all: 'x'.repeat(1_000_000) });
    };
    expect((await caller.ask({ command: 'X' })).value.problem).toMatchObject({ status: 409, code: 'too.telling', detail: 'No.' });
  });

  it('refuses what is larger than could be kept, before it reads it', async () => {
    const huge = `"${'ä'.repeat(MAX_MESSAGE_BYTES / 2)}"`;
    bus.foreign = huge;
    await intake();
    const { value, key } = await caller.ask({ command: 'X' });
    expect(value.problem).toMatchObject({ status: 413, code: 'request.too-large' });
    const { value: left, headers } = await caller.deadLetter(key);
    expect([left.length < 200_000, headers['dead-letter-shortened'], asked]).toEqual([true, 'true', []]);
  });

  it('lets commands under different keys overtake each other, and those under one never', async () => {
    const order: unknown[] = [];
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    decide = async (_name, body) => {
      if (body === 'a1') await gate;
      order.push(body);
      return answer({});
    };
    await intake();
    const send = (key: string, body: string) => caller.send({ command: 'X', key, body: JSON.stringify(body) });
    const all = [await send('a', 'a1'), await send('a', 'a2'), await send('b', 'b1')];
    await caller.reply(all[2]!);
    expect(order).toEqual(['b1']);
    open();
    await caller.reply(all[1]!);
    expect(order).toEqual(['b1', 'a1', 'a2']);
  });

  it('hands a command that waits for a store to the next intake, which answers it', async () => {
    decide = async () => {
      throw away;
    };
    const first = await intake();
    const correlation = await caller.send({ command: 'X' });
    await eventually(() => asked.length > 0, 'the first try');
    await first.stop();
    decide = async () => answer({});
    await intake();
    expect((await caller.reply(correlation)).value.status).toBe('accepted');
    expect(new Set(asked.map(([, , , { idempotencyKey }]) => idempotencyKey)).size).toBe(1);
  });

  it('says why it takes nothing before it has begun', async () => {
    const idle = new CommandIntake({ bus, gateway: { ask: async () => answer({}) }, clock, log });
    expect(idle.trouble()).toMatch(/not .*started/);
    await idle.stop();
    expect((await intake()).trouble()).toBeUndefined();
  });
});
