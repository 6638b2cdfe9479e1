import { eventually } from '@slipway/kernel/testing';
import { type LocalServer, serversOfEachTest } from '../../../test/support/local-server';
import { outbound, StepRun } from '../step-run.fixture';
import type { HttpInput } from './http-input';
import { HttpStep } from './http-step';

const QUICK = 'PT0.01S';

describe('the step type http', () => {
  const step = new HttpStep(outbound);
  const server = serversOfEachTest();

  /** Answers with these bodies, one after the other, and then always with the last one. */
  function answering(...answers: readonly (string | number)[]): Promise<LocalServer> {
    let asked = 0;
    return server((response) => {
      const answer = answers[Math.min((asked += 1), answers.length) - 1];
      if (typeof answer === 'number') response.writeHead(answer).end('{}');
      else response.end(answer);
    });
  }

  const start = (input: HttpInput) => new StepRun(step, input);

  it('calls once, succeeds with any 2xx, and hands status and body on as outputs', async () => {
    const service = await server((response) => response.writeHead(202).end('{"id":7}'));
    const run = start({ url: service.url('/jobs?x=1') });
    expect(await run.result).toEqual({ kind: 'succeeded', outputs: { Status: '202', Body: '{"id":7}' } });
    expect(run.lines).toEqual([`GET ${service.url('/jobs?x=1')}: 202`]);
    expect(run.text('stdout')).toBe('{"id":7}\n');
    expect(service.requests).toMatchObject([{ method: 'GET', headers: { 'user-agent': 'slipway' }, body: '' }]);
  });

  it('fails with another status, with its outputs and its body in the log', async () => {
    const service = await server((response) => response.writeHead(500).end('no space\n'));
    const run = start({ url: service.url(), method: 'POST' });
    expect(await run.result).toEqual({
      kind: 'failed',
      error: expect.stringMatching(/^POST http:\/\/127.0.0.1:\d+\/: 500 in \d+ ms, where the step expects any 2xx$/) as string,
      outputs: { Status: '500', Body: 'no space\n' },
    });
    expect(run.text('stdout')).toBe('no space\n');
    expect(await start({ url: service.url(), expectStatus: [200, 204] }).result).toMatchObject({
      error: expect.stringContaining('where the step expects 200, 204') as string,
    });
    expect(await start({ url: service.url(), expectStatus: [500] }).result).toMatchObject({ kind: 'succeeded' });
  });

  it('sends an object or a list as JSON and says so, unless told otherwise, and a text as it is', async () => {
    const service = await server((response) => response.end());
    const post = (body: string | object, headers = {}) => start({ method: 'POST', url: service.url(), body, headers }).result;
    await post({ text: 'ä' });
    await post([1], { 'Content-Type': 'application/vnd.x+json' });
    await post('plain');
    const got = service.requests.map(({ headers, body }) => [headers['content-type'], body]);
    expect(got).toEqual([
      ['application/json', '{"text":"ä"}'],
      ['application/vnd.x+json', '[1]'],
      [undefined, 'plain'],
    ]);
  });

  it('logs the first 4 kB of a body and hands on the first 8, without half a character', async () => {
    const service = await server((response) => response.end('x' + 'ä'.repeat(10_000)));
    const run = start({ url: service.url() });
    expect(await run.result).toMatchObject({ outputs: { Body: 'x' + 'ä'.repeat(4_095) } });
    expect(run.text('stdout')).toBe('x' + 'ä'.repeat(2_047) + '\n');
    expect(run.lines.at(-1)).toBe('These were the first 4096 bytes of 20001.');
  });

  it('takes no binary answer for a text', async () => {
    const service = await server((response) => response.end(Buffer.from([0x89, 0x50, 0xff, 0x00])));
    const run = start({ url: service.url() });
    expect(await run.result).toEqual({ kind: 'succeeded', outputs: { Status: '200' } });
    expect(run.lines.at(-1)).toBe('The answer has 4 bytes that are no text.');
    expect(run.text('stdout')).toBe('');
  });

  it('never logs values of headers', async () => {
    const service = await server((response) => response.writeHead(200, { 'set-cookie': 'their-s3cret' }).end());
    const run = start({ url: service.url(), headers: { authorization: 'Bearer our-s3cret' } });
    await run.result;
    expect(run.text('slipway') + run.text('stdout')).not.toContain('s3cret');
    expect(service.requests[0]?.headers.authorization).toBe('Bearer our-s3cret');
  });

  it('fails when the policy refuses the address, or nobody is there', async () => {
    await expect(start({ url: 'http://169.254.169.254/' }).result).rejects.toMatchObject({ code: 'egress.refused' });
    await expect(start({ url: 'http://127.0.0.1:1/' }).result).rejects.toThrow('nobody listens at 127.0.0.1:1 (connection refused)');
  });

  describe('with until', () => {
    it('asks again until the value is there, and logs only what changes', async () => {
      const service = await answering('{"state":"queued"}', '{"state":"queued"}', '{"state":"queued"}', '{"state":"done"}');
      const run = start({ url: service.url(), until: { pointer: '/state', equals: 'done' }, interval: QUICK });
      expect(await run.result).toEqual({ kind: 'succeeded', outputs: { Status: '200', Body: '{"state":"done"}' } });
      expect(service.requests.length).toBe(4);
      expect(run.lines).toEqual([`GET ${service.url()}: 200: /state is "queued"`, `GET ${service.url()}: 200: /state is "done"`]);
      expect(run.text('stdout')).toBe('{"state":"done"}\n');
    });

    it.each([
      ['{"n":5}', '5'],
      ['{"n":5}', 5],
      ['{"n":true}', 'true'],
      ['{"n":null}', null],
      ['{"n":null}', 'null'],
      ['\ufeff{"n":"5"}', '5'],
    ])('takes %s for %j', async (answer, equals) => {
      const service = await answering(answer);
      const run = start({ url: service.url(), until: { pointer: '/n', equals }, interval: QUICK });
      expect(await run.result).toMatchObject({ kind: 'succeeded' });
    });

    it.each([
      ['rubbish instead of JSON', '<html>', ': the answer is no JSON'],
      ['another type', '{"state":1}', ': /state is 1'],
      ['a part instead of a value', '{"state":{"is":"done"}}', ': /state is {"is":"done"}'],
      ['no such value', '[]', ': /state is nothing'],
      ['a status that is not expected', 503, ': not a status that is expected'],
      ['too much', `{"state":"done","x":"${'x'.repeat(2_000_000)}"}`, ': too long to be read as JSON'],
    ])('asks again after %s', async (_what, answer, line) => {
      const service = await answering(answer, answer, '{"state":"done"}');
      const run = start({ url: service.url(), until: { pointer: '/state', equals: 'done' }, interval: QUICK });
      expect(await run.result).toMatchObject({ kind: 'succeeded' });
      expect(service.requests.length).toBe(3);
      expect(run.lines[0]).toMatch(new RegExp(`${line.replace(/[{}[\]]/g, '\\$&')}$`));
      expect(run.lines.length).toBe(2);
    });

    it('asks again after a server hung up', async () => {
      let asked = 0;
      const service = await server((response) => ((asked += 1) < 3 ? response.destroy() : response.end('{"state":"done"}')));
      const run = start({ url: service.url(), until: { pointer: '/state', equals: 'done' }, interval: QUICK });
      expect(await run.result).toMatchObject({ kind: 'succeeded' });
      expect(run.lines[0]).toMatch(/closed the connection before its answer was whole$/);
    });

    it('gives up at once when the policy refuses', async () => {
      const service = await server((response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end());
      const run = start({ url: service.url(), until: { pointer: '', equals: 1 }, interval: QUICK });
      await expect(run.result).rejects.toMatchObject({ code: 'egress.refused' });
    });

    it('ends soon when it is told to, between two requests and within one', async () => {
      const service = await answering('{}');
      const between = start({ url: service.url(), until: { pointer: '/state', equals: 'done' }, interval: 'PT1H' });
      await eventually(() => between.text('slipway') !== '', 'the first answer');
      between.end();
      expect(await between.result).toMatchObject({ kind: 'failed' });
      const silent = await server(() => undefined);
      const within = start({ url: silent.url(), until: { pointer: '/state', equals: 'done' }, interval: QUICK });
      await eventually(() => silent.requests.length === 1, 'the request');
      within.end();
      expect(await within.result).toMatchObject({ kind: 'failed' });
      await eventually(() => silent.open === 0, 'the end of the connection');
      expect(within.text('slipway')).toBe('');
    });
  });

  it('expands url, values of headers, texts of the body and what until waits for, each with its pointer', () => {
    const seen: string[] = [];
    const expand = (text: string, pointer: string) => {
      seen.push(pointer);
      return `<${text}>`;
    };
    const input: HttpInput = {
      method: 'POST',
      url: 'u',
      headers: { 'a~b': 'h' },
      body: { 'x/y': ['t', 1, null, { deep: 'd' }] },
      until: { pointer: '/p', equals: 'e' },
      interval: 'PT1S',
    };
    expect(step.expandInput(input, expand)).toEqual({
      ...input,
      url: '<u>',
      headers: { 'a~b': '<h>' },
      body: { 'x/y': ['<t>', 1, null, { deep: '<d>' }] },
      until: { pointer: '/p', equals: '<e>' },
    });
    expect(seen).toEqual(['/url', '/headers/a~0b', '/body/x~1y/0', '/body/x~1y/3/deep', '/until/equals']);
    expect(step.expandInput({ url: 'u', body: 'b' }, expand)).toEqual({ url: '<u>', body: '<b>' });
    expect(step.expandInput({ url: 'u', until: { pointer: '', equals: 5 } }, expand)).toEqual({
      url: '<u>',
      until: { pointer: '', equals: 5 },
    });
  });
});
