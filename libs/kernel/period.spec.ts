import { durationMs, timeAfter, utcTime } from '@slipway/kernel';

describe('an ISO 8601 duration', () => {
  it.each([
    ['PT1S', 1_000],
    ['PT0.5S', 500],
    ['PT30M', 1_800_000],
    ['PT1H30M', 5_400_000],
    ['P1D', 86_400_000],
    ['P1W', 604_800_000],
    ['P1DT12H', 129_600_000],
    ['P30D', 2_592_000_000],
    ['PT0S', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each(['P1M', 'P1Y', 'P1Y2M', 'P3M1D'])('%s has no fixed length and is none', (text) => {
    expect(durationMs(text)).toBeUndefined();
  });

  it.each(['-PT1H', 'P-1D', 'P1DT-1H', 'PT-1S'])('%s runs backwards and is none', (text) => {
    expect(durationMs(text)).toBeUndefined();
  });

  it.each(['', 'P', 'PT', 'P1DT', 'P5', '30M', 'PT30', 'pt30m', 'PT1,5H', ' PT1H', 'PT1H\n', '1 hour', 'P99999999999999D', 'PT1E9S'])(
    '%p is nonsense',
    (text) => {
      expect(durationMs(text)).toBeUndefined();
    },
  );
});

describe('an RFC 3339 time', () => {
  it.each([
    ['2026-01-05T08:00:00Z', '2026-01-05T08:00:00.000Z'],
    ['2026-01-05t08:00:00z', '2026-01-05T08:00:00.000Z'],
    ['2014-07-12T17:54:00+11:00', '2014-07-12T06:54:00.000Z'],
    ['2026-01-05T00:30:00+05:45', '2026-01-04T18:45:00.000Z'],
    ['2026-01-05T23:59:00-23:59', '2026-01-06T23:58:00.000Z'],
    ['2026-01-05T08:00:00-00:00', '2026-01-05T08:00:00.000Z'],
    ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, utc) => {
    expect(utcTime(text)).toBe(utc);
  });

  it('is cut to milliseconds, not rounded', () => {
    expect(utcTime('2026-01-05T08:00:00.999999999Z')).toBe('2026-01-05T08:00:00.999Z');
    expect(utcTime('2026-01-05T08:00:00.1Z')).toBe('2026-01-05T08:00:00.100Z');
  });

  it('is refused at a leap second, which no timer could tell from the next minute', () => {
    expect(utcTime('2016-12-31T23:59:60Z')).toBeUndefined();
  });

  it.each(['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00', '0000-01-01T00:00:00Z'])(
    '%s lies outside the years 1970 to 9999 in UTC',
    (text) => {
      expect(utcTime(text)).toBeUndefined();
    },
  );

  it.each([
    '',
    '2026-01-05',
    '2026-01-05 08:00:00Z',
    '2026-01-05T08:00:00',
    '2026-01-05T08:00Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T08:60:00Z',
    '2026-02-29T08:00:00Z',
    '2026-13-01T08:00:00Z',
    '2026-01-05T08:00:00+24:00',
    '2026-01-05T08:00:00+10:60',
    '2026-01-05T08:00:00+1000',
    '2026-01-05T08:00:00.Z',
    '2026-01-05T08:00:00Z\n',
    'tomorrow',
    '1767600000000',
  ])('%p is nonsense', (text) => {
    expect(utcTime(text)).toBeUndefined();
  });

  it('counts on over midnight and the end of a month', () => {
    expect(timeAfter('2026-01-31T23:59:59.500Z', 1_000)).toBe('2026-02-01T00:00:00.500Z');
  });
});
