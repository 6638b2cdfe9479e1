import type { HttpAnswer } from './http-client';
import type { InProcess } from './in-process';

/** What every error must look like (RFC 9457, interfaces.md §1); returns its body. */
export function problemIn(answer: HttpAnswer) {
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const { json } = answer;
  expect(json).toEqual({
    ...json,
    type: `urn:slipway:problem:${json.code}`,
    title: expect.stringMatching(/\S/),
    status: answer.status,
    detail: expect.stringMatching(/\S/),
    code: expect.stringMatching(/^[a-z][a-z-]*(\.[a-z][a-z-]*)?$/),
    traceId: expect.stringMatching(/\S/),
  });
  const known = ['type', 'title', 'status', 'detail', 'code', 'facts', 'errors', 'traceId'];
  expect(Object.keys(json).filter((key) => !known.includes(key))).toEqual([]);
  for (const error of json.errors ?? []) {
    expect(error).toEqual({ pointer: expect.stringMatching(/^($|\/|\?|header:)/), message: expect.stringMatching(/\S/) });
  }
  return json as {
    code: string;
    status: number;
    detail: string;
    facts?: object;
    errors?: { pointer: string; message: string }[];
    traceId: string;
  };
}

let requests = 0;

/** Sends a request that must be refused without a trace in the log, whatever else goes on there. Returns what was told. */
export async function refused(app: InProcess, ...[method, path, options]: Parameters<InProcess['ask']>) {
  const before = await app.head();
  const correlation = `refused-${(requests += 1)}`;
  const answer = await app.ask(method, path, { ...options, headers: { 'x-correlation-id': correlation, ...options?.headers } });
  const problem = problemIn(answer);
  const stored = (await app.parts.eventStore.readAll({ after: before })).filter(({ metadata }) => metadata.correlationId === correlation);
  expect({ status: problem.status >= 400 && problem.status < 500 ? 'refused' : problem.status, stored }).toEqual({
    status: 'refused',
    stored: [],
  });
  return { ...problem, pointers: (problem.errors ?? []).map(({ pointer }) => pointer), headers: answer.headers };
}
