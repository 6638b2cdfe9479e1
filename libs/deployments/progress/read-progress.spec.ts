import { readProgress, readSlots } from './read-progress';

const said = { deployment: 'd1', step: 'Deploy', attempt: 1, token: 2, worker: 'w1', at: '2026-01-05T08:00:00.000Z' };
const ref = { deployment: 'd1', step: 'Deploy', attempt: 1, token: 2, worker: 'w1' };
const log = { chunks: 3, digest: '0f' };

function read(message: unknown) {
  return readProgress(JSON.stringify(message));
}

describe('what a worker says', () => {
  it.each([
    ['a claim', { ...said, kind: 'claimed' }, { ...ref, kind: 'claimed' }],
    ['a heartbeat', { ...said, kind: 'heartbeat' }, { ...ref, kind: 'heartbeat' }],
    [
      'a success',
      { ...said, kind: 'succeeded', exitCode: 0, outputs: { url: 'http://x' }, log },
      { ...ref, kind: 'outcome', outcome: { kind: 'succeeded', exitCode: 0, outputs: { url: 'http://x' }, log } },
    ],
    [
      'a failure without an exit code and outputs',
      { ...said, kind: 'failed', error: 'no', log },
      { ...ref, kind: 'outcome', outcome: { kind: 'failed', error: 'no', outputs: {}, log } },
    ],
    [
      'a time limit',
      { ...said, kind: 'timed-out', error: 'late', log },
      { ...ref, kind: 'outcome', outcome: { kind: 'timed-out', error: 'late', log } },
    ],
    ['a cancel', { ...said, kind: 'cancelled', log }, { ...ref, kind: 'outcome', outcome: { kind: 'cancelled', log } }],
    ['a loss', { ...said, kind: 'lost', error: 'it died' }, { ...ref, kind: 'outcome', outcome: { kind: 'lost', error: 'it died' } }],
    [
      'a return',
      { ...said, kind: 'returned', error: 'it stops' },
      { ...ref, kind: 'outcome', outcome: { kind: 'returned', error: 'it stops' } },
    ],
  ])('is read: %s', (_what, message, word) => {
    expect(read(message)).toEqual(word);
  });

  it('is read field by field: what a later version adds stays outside', () => {
    expect(read({ ...said, kind: 'claimed', meta: { __proto__: null }, mood: 'good' })).toEqual({ ...ref, kind: 'claimed' });
  });

  it.each([
    ['no JSON', '{"kind":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"claimed"'],
    ['no worker', JSON.stringify({ ...said, kind: 'claimed', worker: '' })],
    ['no deployment', JSON.stringify({ ...said, kind: 'claimed', deployment: undefined })],
    ['a token that is text', JSON.stringify({ ...said, kind: 'claimed', token: '2' })],
    ['half an attempt', JSON.stringify({ ...said, kind: 'claimed', attempt: 1.5 })],
    ['an unknown kind', JSON.stringify({ ...said, kind: 'started' })],
    ['no kind', JSON.stringify(said)],
    ['a success without a log', JSON.stringify({ ...said, kind: 'succeeded', outputs: {} })],
    ['a log that is null', JSON.stringify({ ...said, kind: 'cancelled', log: null })],
    ['a log without a digest', JSON.stringify({ ...said, kind: 'cancelled', log: { chunks: 1 } })],
    ['outputs that are a list', JSON.stringify({ ...said, kind: 'succeeded', outputs: ['x'], log })],
    ['an output that is a number', JSON.stringify({ ...said, kind: 'succeeded', outputs: { x: 1 }, log })],
    ['a failure that does not say why', JSON.stringify({ ...said, kind: 'failed', outputs: {}, log })],
    ['an exit code that is text', JSON.stringify({ ...said, kind: 'succeeded', exitCode: '0', outputs: {}, log })],
  ])('is refused as unreadable: %s', (_what, value) => {
    expect(() => readProgress(value)).toThrow(
      expect.objectContaining({ isDomainError: true, code: 'progress.unreadable', kind: 'invalid' }),
    );
  });
});

describe('a report of free slots', () => {
  const report = { worker: 'w1', pools: ['default'], free: 3, at: said.at };

  it('is read', () => {
    expect(readSlots(JSON.stringify({ ...report, mood: 'good' }))).toEqual(report);
  });

  it.each([
    ['no worker', { ...report, worker: undefined }],
    ['no pools', { ...report, pools: undefined }],
    ['pools that are numbers', { ...report, pools: [1] }],
    ['half a slot', { ...report, free: 0.5 }],
  ])('is refused as unreadable: %s', (_what, value) => {
    expect(() => readSlots(JSON.stringify(value))).toThrow(expect.objectContaining({ code: 'progress.unreadable' }));
  });
});
