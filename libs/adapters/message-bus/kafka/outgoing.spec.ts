import { MAX_MESSAGE_BYTES } from '@slipway/kernel';
import { batches, outgoing, type OutgoingCall, takeTogether } from './outgoing';

const message = (key: string, bytes: number) => outgoing({ topic: 't', key, value: 'x'.repeat(bytes) }, 0);
const call = (...sizes: number[]): OutgoingCall => ({
  messages: sizes.map((bytes, number) => message(`${bytes}-${number}`, bytes)),
  stored: () => undefined,
  failed: () => undefined,
});
const keys = (calls: readonly OutgoingCall[]) => batches(calls).map((batch) => batch.map(({ message: { key } }) => key));

describe('what is published together', () => {
  it('counts a message with all that it takes', () => {
    const { bytes } = outgoing({ topic: 't', key: 'ü', value: 'ä', headers: { grüße: 'ö' } }, 0);
    expect(bytes).toBe(64 + 2 + 2 + 16 + 7 + 2);
  });

  it('refuses a value that is larger than the largest', () => {
    expect(() => message('a', MAX_MESSAGE_BYTES + 1)).toThrow(expect.objectContaining({ code: 'message-bus.too-large', retryable: false }));
  });

  it('is as many whole calls, in their order, as fit into what a broker takes', () => {
    const queue = [call(300_000, 300_000), call(200_000), call(300_000), call(1)];
    const [first, second, third, last] = queue;
    expect(takeTogether(queue)).toEqual([first, second]);
    expect(takeTogether(queue)).toEqual([third, last]);
    expect(takeTogether(queue)).toEqual([]);
  });

  it('is one call alone when that is too much already, cut into batches that fit', () => {
    const queue = [call(500_000, 300_000, 200_000, MAX_MESSAGE_BYTES, 10), call(1)];
    const taken = takeTogether(queue);
    expect(taken).toHaveLength(1);
    expect(keys(taken)).toEqual([['500000-0', '300000-1'], ['200000-2'], ['1000000-3'], ['10-4']]);
  });

  it('is at most a thousand messages', () => {
    const queue = [call(...Array.from({ length: 600 }, () => 1)), call(...Array.from({ length: 600 }, () => 1))];
    expect(takeTogether(queue)).toHaveLength(1);
    expect(keys([call(...Array.from({ length: 2_500 }, () => 1))]).map((batch) => batch.length)).toEqual([1_000, 1_000, 500]);
  });
});
