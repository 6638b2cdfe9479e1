import { NotFoundException } from '@nestjs/common';
import { DomainError, type DomainErrorKind, InfrastructureError, UnreadableEvent } from '@slipway/kernel';
import { problemOf } from './problem';

describe('errors as problems', () => {
  it.each<[DomainErrorKind, number]>([
    ['invalid', 400],
    ['not-found', 404],
    ['conflict', 409],
    ['precondition', 412],
    ['too-large', 413],
    ['unsupported', 422],
    ['forbidden', 403],
  ])('tell a refusal of kind %s as %d, with its code, facts and fields', (kind, status) => {
    const errors = [{ pointer: '/at', message: 'must be later' }];
    expect(problemOf(new DomainError(kind, 'some.code', 'It is so.', { why: 1 }, errors), 'trace-1')).toEqual({
      type: 'urn:slipway:problem:some.code',
      title: expect.any(String),
      status,
      detail: 'It is so.',
      code: 'some.code',
      facts: { why: 1 },
      errors,
      traceId: 'trace-1',
    });
  });

  it('leave out facts and fields that there are not', () => {
    expect(Object.keys(problemOf(new DomainError('conflict', 'a', 'b'), 't'))).toEqual([
      'type',
      'title',
      'code',
      'status',
      'detail',
      'traceId',
    ]);
  });

  it('tell what may work later as 503, and a twin in flight as 409', () => {
    expect(problemOf(new InfrastructureError('read-model.behind', 'Wait.', true), 't')).toMatchObject({
      status: 503,
      code: 'read-model.behind',
    });
    expect(problemOf(new InfrastructureError('idempotency.in-flight', 'Wait.', true), 't')).toMatchObject({ status: 409 });
  });

  it('tell what is too large to store as 413', () => {
    expect(problemOf(new InfrastructureError('event-store.append-too-large', '2 bytes too many', false), 't')).toMatchObject({
      status: 413,
    });
  });

  it('tell which event is damaged, and what says more', () => {
    const place = { position: 7n, stream: 'project-shop', version: 2, id: 'x' };
    expect(problemOf(new UnreadableEvent(place), 't')).toMatchObject({
      status: 500,
      code: 'event.unreadable',
      detail: expect.stringMatching(/position 7 \(project-shop, version 2\).*audit\/verify/) as string,
    });
  });

  it.each([
    [400, 'request.malformed'],
    [404, 'route.not-found'],
    [408, 'request.timeout'],
    [413, 'request.too-large'],
    [415, 'request.media-type'],
    [431, 'request.headers-too-large'],
    [418, 'request.refused'],
  ])('tell what the server refuses with %d as %s', (statusCode, code) => {
    const problem = problemOf(Object.assign(new Error('no'), { statusCode }), 't');
    expect(problem).toMatchObject({ status: statusCode, code, title: expect.any(String), detail: expect.any(String) });
  });

  it('tell those of the framework in the same way', () => {
    expect(problemOf(new NotFoundException('Cannot GET /x'), 't')).toMatchObject({ status: 404, detail: 'Cannot GET /x' });
  });

  it.each([
    new Error('secret'),
    new InfrastructureError('event-store.failed', 'secret', false),
    'secret',
    undefined,
    { statusCode: 'x' },
    7,
  ])('say nothing of the inside of what nobody foresaw (%p)', (error) => {
    const problem = problemOf(error, 't');
    expect(problem).toMatchObject({ status: 500, code: 'internal', traceId: 't' });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it('stay small however much is wrong', () => {
    const errors = Array.from({ length: 5_000 }, (_, at) => ({ pointer: `/${at}`, message: 'no' }));
    const problem = problemOf(new DomainError('invalid', 'a', '😀'.repeat(50_000), {}, errors), 't');
    expect(problem.errors).toEqual(errors.slice(0, 100));
    expect(problem.detail.length).toBeLessThanOrEqual(2_001);
    expect(problem.detail).toMatch(/^(😀)+…$/u);
  });
});
