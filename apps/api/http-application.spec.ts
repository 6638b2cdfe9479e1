import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { InProcess } from '../../test/support/in-process';

describe('the HTTP side of the application', () => {
  let app: InProcess;

  beforeAll(async () => {
    app = await InProcess.start();
  });
  afterAll(() => app.stop());

  it('says which setting to change when its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(InProcess.start({ port })).rejects.toMatchObject({
      code: 'http.cannot-listen',
      retryable: false,
      message: `Slipway cannot listen on 127.0.0.1, port ${port}: another process does already; stop that one, or set HTTP_PORT to a free port (0: any).`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it('is alive while it runs, and ready while everything works', async () => {
    expect((await app.ask('GET', '/health/live')).json).toEqual({ state: 'running' });
    const ready = await app.ask('GET', '/health/ready');
    expect([ready.status, ready.json.ready, ready.json.subscriptions.length > 5]).toEqual([200, true, true]);
    app.parts.state.enter('draining');
    expect([(await app.ask('GET', '/health/ready')).status, (await app.ask('GET', '/health/live')).json.state]).toEqual([503, 'draining']);
    app.parts.state.enter('running');
  });

  it('keeps connections open, and answers many requests at once', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => app.ask('GET', '/api/v1/environments')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers.every(({ headers }) => headers['connection'] !== 'close')).toBe(true);
  });

  it('stops although a client holds a connection on which it never asked anything', async () => {
    const stopping = await InProcess.start();
    const silent = connect(Number(new URL(stopping.http.address).port), '127.0.0.1');
    const gone = once(silent, 'close');
    await once(silent, 'connect');
    await stopping.ask('GET', '/health/live');
    await stopping.stop();
    await gone;
  });
});
