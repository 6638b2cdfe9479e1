import { messageIdOf } from './dead-letter';
import { type DeadLetterOptions, withDeadLetters } from './dead-letters';
import { DomainError, InfrastructureError } from './errors';
import type { Delivery, Message } from './ports/message-bus';
import { ManualClock, settle } from './testing';

const delivery: Delivery = {
  topic: 'slipway.progress',
  partition: 3,
  offset: 42n,
  key: 'deployment-1',
  value: '{"kind":"claimed"}',
  headers: { traceparent: '00-ab' },
  publishedAt: 0,
};
const away = new InfrastructureError('event-store.unavailable', 'the store is away', true);

/** A bus that keeps what it is given, or fails as it is told to. */
function dyingBus(failures: Error[] = []) {
  const letters: Message[] = [];
  const publish = async (messages: readonly Message[]) => {
    const failure = failures.shift();
    if (failure) throw failure;
    letters.push(...messages);
  };
  return { letters, publish };
}

describe('a handler with dead letters', () => {
  let clock: ManualClock;
  let draining: AbortController;

  beforeEach(() => {
    clock = new ManualClock();
    draining = new AbortController();
  });

  /** Handles the delivery, failing with these errors first; notes when each try was made, in milliseconds from the start. */
  const start = (errors: (Error | undefined)[], bus = dyingBus(), options: Partial<DeadLetterOptions> = {}) => {
    const begin = clock.now();
    const tries: number[] = [];
    const handler = withDeadLetters({ bus, clock, group: 'progress', signal: draining.signal, ...options }, async () => {
      tries.push(clock.now() - begin);
      const error = errors.length > 1 ? errors.shift() : errors[0];
      if (error) throw error;
    });
    let outcome: unknown = 'pending';
    const done = handler(delivery).then(
      () => (outcome = 'acknowledged'),
      (error: unknown) => (outcome = error),
    );
    return { tries, letters: bus.letters, done, outcome: () => outcome };
  };

  it('acknowledges what was handled', async () => {
    const { done, tries, letters, outcome } = start([undefined]);
    await done;
    expect([outcome(), tries, letters]).toEqual(['acknowledged', [0], []]);
  });

  it('retries a retryable error without limit and without counting it, pausing longer each time up to 10 s', async () => {
    const { tries, letters, outcome } = start([away]);
    await clock.advance(120_000);
    expect(tries.slice(0, 9)).toEqual([0, 100, 300, 700, 1_500, 3_100, 6_300, 12_700, 22_700]);
    expect(tries.length).toBeGreaterThan(15);
    expect([letters, outcome()]).toEqual([[], 'pending']);
    draining.abort();
  });

  it('goes on when the store is back', async () => {
    const { tries, letters, done, outcome } = start([away, away, undefined]);
    await clock.advance(1_000);
    await done;
    expect([outcome(), tries, letters]).toEqual(['acknowledged', [0, 100, 300], []]);
  });

  it('sets a message aside after five tries, with its headers, the reason and where it came from', async () => {
    const { tries, letters, done, outcome } = start([new TypeError('x is undefined')]);
    await clock.advance(1_500);
    await done;
    expect([outcome(), tries]).toEqual(['acknowledged', [0, 100, 300, 700, 1_500]]);
    expect(letters).toEqual([
      {
        topic: 'slipway.dead-letters',
        key: 'deployment-1',
        value: '{"kind":"claimed"}',
        headers: {
          traceparent: '00-ab',
          'dead-letter-message': messageIdOf(delivery),
          'dead-letter-reason': 'x is undefined',
          'dead-letter-tries': '5',
          'dead-letter-topic': 'slipway.progress',
          'dead-letter-partition': '3',
          'dead-letter-offset': '42',
          'dead-letter-group': 'progress',
        },
      },
    ]);
  });

  it('counts only the tries that failed for the message, however often the store was away between them', async () => {
    const poison = new Error('poison');
    const { tries, letters, done } = start([poison, away, away, poison, away, poison], dyingBus(), { maxTries: 3 });
    await clock.advance(60_000);
    await done;
    expect(tries).toHaveLength(6);
    expect(letters[0]?.headers?.['dead-letter-tries']).toBe('3');
  });

  it('sets a refusal aside at once: trying again changes nothing', async () => {
    const { tries, letters, done } = start([new DomainError('conflict', 'deployment.ended', 'The deployment has ended.')]);
    await done;
    expect(tries).toEqual([0]);
    expect(letters[0]?.headers).toMatchObject({
      'dead-letter-reason': 'deployment.ended: The deployment has ended.',
      'dead-letter-tries': '1',
    });
  });

  it('does not acknowledge before the dead letter is stored', async () => {
    const { letters, done, outcome } = start([new DomainError('invalid', 'x', 'no')], dyingBus([away, away]));
    await settle();
    expect([letters.length, outcome()]).toEqual([0, 'pending']);
    await clock.advance(300);
    await done;
    expect([letters.length, outcome()]).toEqual([1, 'acknowledged']);
  });

  it('says so before it sets a message aside, as often as it takes', async () => {
    const told: unknown[] = [];
    const refusal = new DomainError('invalid', 'x', 'no');
    const beforeSettingAside = async (dead: Delivery, error: unknown) => {
      told.push([dead, error, bus.letters.length]);
      if (told.length === 1) throw away;
    };
    const bus = dyingBus();
    const { done, letters, outcome } = start([refusal], bus, { beforeSettingAside });
    await clock.advance(100);
    await done;
    expect(told).toEqual([
      [delivery, refusal, 0],
      [delivery, refusal, 0],
    ]);
    expect([letters.length, outcome()]).toEqual([1, 'acknowledged']);
  });

  it('shortens what is too large for the dead letters', async () => {
    const { letters, done } = start(
      [new DomainError('invalid', 'x', 'no')],
      dyingBus([new InfrastructureError('message-bus.too-large', 'too large', false)]),
    );
    await done;
    expect(letters[0]?.headers).toMatchObject({ 'dead-letter-shortened': 'true' });
  });

  it.each([
    ['value', { value: 'x'.repeat(1_048_300) }],
    ['headers', { headers: { traceparent: '00-ab', note: 'x'.repeat(1_048_300) } }],
    ['number of headers', { headers: Object.fromEntries(Array.from({ length: 60_000 }, (_, number) => [`header-${number}`, 'x'])) }],
    ['key', { key: 'x'.repeat(1_048_300) }],
  ])('sets aside what fills a message of the broker by its %s: with the reason it would be too large', async (_, large) => {
    const letters: Message[] = [];
    const publish = async (messages: readonly Message[]) => {
      if (JSON.stringify(messages).length > 1_048_588) throw new InfrastructureError('message-bus.too-large', 'too large', false);
      letters.push(...messages);
    };
    const refuse = () => Promise.reject(new DomainError('invalid', 'x', 'no'));
    await withDeadLetters({ bus: { publish }, clock, group: 'progress', signal: draining.signal }, refuse)({ ...delivery, ...large });
    expect(letters[0]?.headers).toMatchObject({ 'dead-letter-reason': 'x: no', 'dead-letter-shortened': 'true' });
  });

  it('hands the delivery back when the dead letters refuse it for good', async () => {
    const refusal = new InfrastructureError('message-bus.unknown-topic', 'nobody created it', false);
    const { done, outcome } = start([new DomainError('invalid', 'x', 'no')], dyingBus([refusal]));
    await done;
    expect(outcome()).toBe(refusal);
  });

  it.each([
    ['a retryable error', away],
    ['a failure', new Error('poison')],
  ])('ends its pause after %s at once when the process drains, and hands the delivery back', async (_, error) => {
    const { tries, letters, done, outcome } = start([error]);
    await clock.advance(50);
    draining.abort();
    await done;
    expect(outcome()).toMatchObject({ code: 'message-bus.handed-back', retryable: true, cause: error });
    expect([tries, letters]).toEqual([[0], []]);
  });
});
