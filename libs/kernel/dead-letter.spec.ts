import { deadLetterOf, messageIdOf, readDeadLetter, replayedMessage, shortenedLetter } from './dead-letter';
import { DomainError } from './errors';
import type { Delivery, Message } from './ports/message-bus';

const delivery: Delivery = {
  topic: 'slipway.commands',
  partition: 3,
  offset: 42n,
  key: 'shop',
  value: 'rubbish',
  headers: { command: 'CreateRelease', 'dead-letter-reason': 'forged' },
  publishedAt: 7,
};
const error = new DomainError('invalid', 'request.malformed', 'It is no JSON.');

/** A message as the bus delivers it. */
function delivered(message: Message, offset = 0n): Delivery {
  return { headers: {}, ...message, partition: 0, offset, publishedAt: 8 };
}

const letter = deadLetterOf(delivery, { group: 'slipway-commands', tries: 1, error });

describe('a dead letter', () => {
  it('tells where its message came from and why it was given up, and forged words of that do not last', () => {
    expect(readDeadLetter(delivered(letter))).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      message: messageIdOf(delivery),
      topic: 'slipway.commands',
      partition: 3,
      offset: '42',
      group: 'slipway-commands',
      reason: 'request.malformed: It is no JSON.',
      tries: 1,
      shortened: false,
    });
    expect(readDeadLetter(delivered(shortenedLetter(letter)))?.shortened).toBe(true);
  });

  it('gives its message back as it was, but for a header that names what it repeats', () => {
    const dead = readDeadLetter(delivered(letter))!;
    expect(replayedMessage(dead, letter)).toEqual({
      topic: 'slipway.commands',
      key: 'shop',
      value: 'rubbish',
      headers: { command: 'CreateRelease', 'replay-of': messageIdOf(delivery) },
    });
  });

  it('is the same one when its message dies again after a replay, and another for another group', () => {
    const dead = readDeadLetter(delivered(letter))!;
    const replayed = delivered(replayedMessage(dead, letter), 99n);
    const again = readDeadLetter(delivered(deadLetterOf(replayed, { group: 'slipway-commands', tries: 5, error }), 1n))!;
    expect(messageIdOf(replayed)).toBe(messageIdOf(delivery));
    expect([again.id, again.offset, again.tries]).toEqual([dead.id, '99', 5]);
    const elsewhere = readDeadLetter(delivered(deadLetterOf(delivery, { group: 'others', tries: 1, error })))!;
    expect(elsewhere.id).not.toBe(dead.id);
  });

  it('is none of ours where what we say of one is missing or nonsense', () => {
    expect(readDeadLetter(delivery)).toBeUndefined();
    for (const name of ['message', 'group', 'topic', 'partition', 'offset', 'tries'])
      for (const said of name === 'group' || name === 'topic' ? [''] : ['x', '-', '1.5'])
        expect(readDeadLetter(delivered({ ...letter, headers: { ...letter.headers, [`dead-letter-${name}`]: said } }))).toBeUndefined();
  });

  it('takes over no id of a replay that is none', () => {
    expect(messageIdOf({ ...delivery, headers: { 'replay-of': 'anything' } })).toBe(messageIdOf(delivery));
    expect(messageIdOf({ ...delivery, publishedAt: 9 })).not.toBe(messageIdOf(delivery));
  });
});
