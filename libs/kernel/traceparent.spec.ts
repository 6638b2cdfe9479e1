import { traceparentIn } from './traceparent';

const GIVEN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a trace context that somebody gives', () => {
  it('is taken as it came', () => {
    for (const given of [GIVEN, GIVEN.replace(/01$/, '00'), GIVEN.replace(/^00/, 'cc')]) expect(traceparentIn(given)).toBe(given);
  });

  it('is none where the standard calls it invalid', () => {
    const zeros = [GIVEN.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)), GIVEN.replace('b7ad6b7169203331', '0'.repeat(16))];
    for (const given of [undefined, '', 'x', GIVEN.toUpperCase(), `${GIVEN}-1`, GIVEN.replace(/^00/, 'ff'), ` ${GIVEN}`, ...zeros])
      expect(traceparentIn(given)).toBeUndefined();
  });
});
