import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A key and a certificate for localhost that nobody trusts; it is in no store, and guards nothing. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgI4hdsNbWpmMHH5f7
itEBqrClxOewLTN1SecL2Hl+VUGhRANCAAR9nhQ3otFKAKFM0tk/dQuF/56SI11q
PAIL4kjb21/ERPbwL9ISrCtWHvIjvCM0nwc0l5b5yyaoQoDiGDbc1GUd
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUMzhKkQz4esjxZlF18gxI3II6xpYwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE0NTE1NloYDzIxMjYxMDI4
MTQ1MTU2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR9nhQ3otFKAKFM0tk/dQuF/56SI11qPAIL4kjb21/ERPbwL9ISrCtW
HvIjvCM0nwc0l5b5yyaoQoDiGDbc1GUdo28wbTAdBgNVHQ4EFgQU9zWg+k3PeA6M
LlHHOMDKBrhzNqEwHwYDVR0jBBgwFoAU9zWg+k3PeA6MLlHHOMDKBrhzNqEwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhALdfPW3mktOV2Jw4Qlj1Nao21YsuYcpW2mcoY5vF6/f/AiEA
u/9LLiAaZJGYvtpriLeiD2q5rdFnCp47kZuSEeyoZ1s=
-----END CERTIFICATE-----`;

export interface ServedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers a request, or does not. */
export type Serve = (response: ServerResponse, request: ServedRequest) => void;

/** A real server on a free port of this machine, for what calls other systems. */
export class LocalServer {
  readonly requests: ServedRequest[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly scheme: string,
  ) {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static start(serve: Serve, { secure = false } = {}): Promise<LocalServer> {
    const take = (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const served = { method, url, headers, body: Buffer.concat(chunks).toString() };
        local.requests.push(served);
        serve(response, served);
      });
    };
    const server = secure ? createSecureServer({ key: KEY, cert: CERTIFICATE }, take) : createServer(take);
    const local = new LocalServer(server, secure ? 'https' : 'http');
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(local)));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** `http://127.0.0.1:<port>` and the path. */
  url(path = '/'): string {
    return `${this.scheme}://127.0.0.1:${this.port}${path}`;
  }

  /** Connections that are still there. */
  get open(): number {
    return this.sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** For a suite whose tests start servers of their own: what this returns starts one, which is gone after its test. */
export function serversOfEachTest(): typeof LocalServer.start {
  const servers: LocalServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });
  return async (...serve) => {
    const server = await LocalServer.start(...serve);
    servers.push(server);
    return server;
  };
}
