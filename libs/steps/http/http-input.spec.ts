import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { HttpInput } from './http-input';

const faults = (input: object) =>
  validateSync(plainToInstance(HttpInput, input), { whitelist: true, forbidNonWhitelisted: true }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );

const url = 'https://shop.test/';

/** An input, and the message about it. */
const REFUSED: readonly (readonly [object, string])[] = [
  [{}, 'url must be a text: the http or https address to call'],
  [{ url: '' }, 'url must be a text: the http or https address to call'],
  [{ url: 'x'.repeat(4_097) }, 'url is 4097 characters long, at most 4096 are allowed'],
  [{ url: 'shop/health' }, 'url is no address: write it like https://shop.example.org/health'],
  [{ url: 'file:///etc/passwd' }, 'url must begin with http:// or https://, not with file:'],
  [{ url: 'gopher://#{Host}/' }, 'url must begin with http:// or https://, not with gopher:'],
  ...['https://me:s3cret@shop.test/', 'https://me@shop.test/', 'https://#{User}:#{Password}@#{Host}/'].map(
    (one) => [{ url: one }, 'url must not hold a user or password: send them in the header authorization'] as const,
  ),
  [{ url, method: 'TRACE' }, 'method must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
  [{ url, method: null }, 'method must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
  [{ url, headers: ['a'] }, 'headers must be an object of texts, like { "accept": "application/json" }'],
  [{ url, headers: { 'a b': 'x' } }, 'headers has the name "a b", which no header can have'],
  [{ url, headers: { Host: 'x' } }, 'headers has the name "Host": that header is set by Slipway, leave it out'],
  [{ url, headers: { a: 'x', A: 'y' } }, 'headers has the name "a" twice'],
  [{ url, headers: { a: 5 } }, 'headers needs a text as value of "a": put it in quotes'],
  [{ url, headers: { a: 'x\r\nb: y' } }, 'headers has a line break in the value of "a"'],
  [{ url, headers: { a: 'x'.repeat(8_193) } }, 'headers has a value of "a" longer than 8192 characters'],
  [
    { url, headers: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`h${at}`, 'x'])) },
    'headers has 51 headers, at most 50 are allowed',
  ],
  [{ url, method: 'POST', body: 5 }, 'body must be a text, or JSON: an object or a list'],
  [{ url, method: 'POST', body: null }, 'body must be a text, or JSON: an object or a list'],
  [{ url, body: 'x' }, 'body goes with POST, PUT, PATCH, DELETE or OPTIONS: say which as method'],
  [{ url, method: 'HEAD', body: {} }, 'body goes with POST, PUT, PATCH, DELETE or OPTIONS: say which as method'],
  ...[[], [99], [199], [600], [200.5], ['200'], 200, null].map(
    (expectStatus) => [{ url, expectStatus }, 'expectStatus must be a list of 1 to 50 statuses from 200 to 599, like [200, 204]'] as const,
  ),
  [{ url, expectStatus: [200, 200] }, 'expectStatus must not repeat itself'],
  [{ url, until: 'done' }, 'until must be an object like { "pointer": "/state", "equals": "done" }'],
  [{ url, until: { pointer: 'state', equals: 1 } }, 'until needs a JSON pointer (RFC 6901) as pointer, like /state or /items/0/name'],
  [{ url, until: { pointer: '/state' } }, 'until needs a text, a number, true, false or null as equals'],
  [{ url, until: { pointer: '/state', equals: {} } }, 'until needs a text, a number, true, false or null as equals'],
  [{ url, until: { pointer: '', equals: 1, at: 2 } }, 'until has the field "at", which is not known here: leave it out'],
  [{ url, method: 'HEAD', until: { pointer: '', equals: 1 } }, 'until needs an answer with a body, and HEAD has none'],
  ...['5s', 'PT0S', 'PT0.5S', 'PT61M', 5, null].map(
    (interval) =>
      [
        { url, until: { pointer: '', equals: 1 }, interval },
        'interval must be an ISO 8601 duration from PT1S to PT1H, such as PT10S',
      ] as const,
  ),
  [{ url, interval: 'PT5S' }, 'interval goes with until: say what to poll for, or leave it out'],
  [{ url, timeout: 5 }, 'property timeout should not exist'],
];

describe('the input of an http step', () => {
  it.each([
    { url },
    { url: 'HTTP://127.0.0.1:8080/a?b#c' },
    { url: 'http://[::1]/' },
    { url: '#{Base}/health' },
    { url: 'https://#{Host}:#{Port}/#{Path}?at=a@b' },
    { url: '#{if Secure}https#{/if}://x' },
    { method: 'POST', url, headers: { 'X-Token': '#{Token}' }, body: { a: [1, 'x'] } },
    { method: 'DELETE', url, body: '' },
    { method: 'PUT', url, body: [1] },
    { url, expectStatus: [200, 404], until: { pointer: '/a/0', equals: null }, interval: 'PT1S' },
    { url, until: { pointer: '', equals: 'x' }, interval: 'PT1H' },
  ])('is accepted when it fits the shape (%#)', (input) => {
    expect(faults(input)).toEqual([]);
  });

  it.each(REFUSED)('is refused with a message that says what to change (%#)', (input, message) => {
    expect(faults(input)).toEqual([message]);
  });

  it('tells nobody a password that stands in a url', () => {
    expect(faults({ url: 'https://me:s3cret@shop.test/' }).join()).not.toContain('s3cret');
  });
});
