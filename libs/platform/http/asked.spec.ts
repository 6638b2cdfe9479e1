import type { FastifyRequest } from 'fastify';
import { callerOf, correlationOf } from './asked';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function asked(headers: Record<string, string | string[]>, query: Record<string, unknown> = {}): FastifyRequest {
  return { id: 'request-1', headers, query } as unknown as FastifyRequest;
}

/** As a header arrives: its UTF-8 bytes, one character each. */
function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function refusalOf(headers: Record<string, string>, query = {}): unknown {
  try {
    return callerOf(asked(headers, query));
  } catch (error) {
    return (error as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
  }
}

describe('who asks', () => {
  it('is anonymous unless the header says a name, in any script', () => {
    expect(callerOf(asked({})).actor).toBe('anonymous');
    for (const name of ['ada', 'Ada Lovelace', 'Jürgen', '李雷', 'x'.repeat(100), 'slipway'])
      expect(callerOf(asked({ 'slipway-actor': bytes(name) })).actor).toBe(name);
  });

  it('is refused under a name that cannot be read, or that the system keeps for itself', () => {
    for (const name of ['', '   ', 'x'.repeat(101), 'a\u0007b', 'slipway/timers', 'SLIPWAY/x'])
      expect(refusalOf({ 'slipway-actor': bytes(name) })).toEqual(['header:Slipway-Actor']);
    expect(refusalOf({ 'slipway-actor': '\xff\xfe' })).toEqual(['header:Slipway-Actor']);
    expect(refusalOf({ 'slipway-actor': bytes('a\0') })).toEqual(['header:Slipway-Actor']);
  });
});

describe('what a request belongs to', () => {
  it('is the given correlation id, at most 200 characters, or the request itself', () => {
    expect(correlationOf(asked({ 'x-correlation-id': 'walk-7' }))).toBe('walk-7');
    expect(correlationOf(asked({ 'x-correlation-id': 'x'.repeat(5_000) }))).toHaveLength(200);
    expect(correlationOf(asked({ 'x-correlation-id': '' }))).toBe('request-1');
    expect(correlationOf(asked({}))).toBe('request-1');
  });

  it('takes a trace context over as it is, and leaves out what is none', () => {
    expect(callerOf(asked({ traceparent: TRACEPARENT })).traceparent).toBe(TRACEPARENT);
    for (const traceparent of ['', 'x', TRACEPARENT.toUpperCase(), `${TRACEPARENT}-1`])
      expect(callerOf(asked({ traceparent }))).not.toHaveProperty('traceparent');
  });
});

describe('what a command expects', () => {
  it('is the version of an ETag, strong or weak; * expects nothing', () => {
    for (const [tag, version] of [
      ['"3"', 3],
      ['W/"12"', 12],
      ['0', 0],
    ] as const)
      expect(callerOf(asked({ 'if-match': tag })).expectedVersion).toBe(version);
    expect(callerOf(asked({ 'if-match': '*' }))).not.toHaveProperty('expectedVersion');
  });

  it('is refused when it is no ETag of ours', () => {
    for (const tag of ['', 'x', '-1', '"1", "2"', '1.5', '"9999999999999999"', '1e3'])
      expect(refusalOf({ 'if-match': tag })).toEqual(['header:If-Match']);
  });

  it('carries a key of printable ASCII, at most 255 characters', () => {
    expect(callerOf(asked({ 'idempotency-key': 'a key ~' })).idempotencyKey).toBe('a key ~');
    for (const key of ['', 'x'.repeat(256), 'ä', 'a\tb']) expect(refusalOf({ 'idempotency-key': key })).toEqual(['header:Idempotency-Key']);
  });

  it('takes no query parameters: what it does not know it does not ignore', () => {
    expect(refusalOf({}, { dryRun: 'true', force: '' })).toEqual(['?dryRun', '?force']);
  });
});
