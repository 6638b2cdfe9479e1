import { eventually } from '@slipway/kernel/testing';
import type { HttpAnswer } from './http-client';
import type { InProcess } from './in-process';

export const API = '/api/v1';
export const SHOP = `${API}/projects/shop`;

export const STEP = { name: 'Deploy', type: 'script', input: { run: 'true' } };
/** For none of the shop's environments: what excludes the other step succeeds without a worker. */
export const ELSEWHERE = { ...STEP, name: 'Elsewhere', excludeEnvironments: ['development', 'staging', 'production'] };

/** A project on its way from development to staging to production, in a running application. */
export class Shop {
  constructor(readonly app: InProcess) {}

  static async in(app: InProcess): Promise<Shop> {
    const shop = new Shop(app);
    for (const slug of ['development', 'staging', 'production']) await shop.done('POST', `${API}/environments`, { slug });
    const phases = ['development', 'staging', 'production'].map((environment) => ({ name: environment, environments: [{ environment }] }));
    await shop.done('POST', `${API}/lifecycles`, { slug: 'web', phases });
    await shop.done('POST', `${API}/projects`, { slug: 'shop', lifecycle: 'web' });
    await shop.done('PUT', `${SHOP}/process`, { steps: [STEP, ELSEWHERE] });
    return shop;
  }

  /** Must succeed; returns the answer's body. */
  async done(method: string, path: string, body?: unknown) {
    const { status, json } = await this.app.ask(method, path, { body });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  /** The body of a query, everything included that happened until now. */
  async sees(path: string) {
    const { status, json } = await this.app.ask('GET', `${path}${path.includes('?') ? '&' : '?'}atLeast=${await this.app.head()}`);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  release(version: string) {
    return this.done('POST', `${SHOP}/releases`, { version });
  }

  /** Deploys with nothing left to run here, which succeeds without a worker; resolves when it is concluded. */
  async deployed(version: string, environment: string): Promise<string> {
    const { id } = await this.done('POST', `${SHOP}/releases/${version}/deployments`, { environment, exclude: ['deploy'] });
    await this.ended(id);
    return id;
  }

  /** Takes a release on to a later environment, in the same way. */
  async promoted(version: string, to: string): Promise<string> {
    const { id } = await this.done('POST', `${SHOP}/releases/${version}/promotions`, { to, exclude: ['deploy'] });
    await this.ended(id);
    return id;
  }

  /** Resolves with its state once a deployment has ended. */
  async ended(id: string): Promise<string> {
    return (await this.until(id, 'succeeded', 'failed', 'cancelled', 'expired', 'refused')).state;
  }

  /** Resolves with a deployment once it is in one of some states. */
  until(id: string, ...states: readonly string[]) {
    return this.once(id, ({ state }) => states.includes(state), states.join(' or '));
  }

  /** Resolves with a deployment once it is as wanted; `what` says how. */
  once(id: string, isSo: (deployment: HttpAnswer['json']) => boolean, what: string) {
    return this.shows(`${API}/deployments/${id}`, isSo, `deployment ${id} to be ${what}`);
  }

  /** Asks a query until its body is as wanted, and resolves with that; `what` says what is waited for. */
  async shows(path: string, isSo: (body: HttpAnswer['json']) => boolean, what: string) {
    let seen: HttpAnswer['json'];
    let asked: Promise<void> | undefined;
    const look = async () => {
      seen = (await this.app.ask('GET', path)).json;
      asked = undefined;
    };
    await eventually(() => {
      asked ??= look();
      return seen !== undefined && isSo(seen);
    }, what);
    return seen;
  }
}
