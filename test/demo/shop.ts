import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangeProcess, ChangeVariables, StepInput } from '../../generated/client';

/** What the project is called in addresses. */
export const SHOP = { project: 'shop' };
/** Its release that the story is about. */
export const OPENING_RELEASE = { ...SHOP, version: '1.0.0' };
/** And the one that comes after it. */
export const NEXT_RELEASE = { ...SHOP, version: '1.1.0' };
export const ENVIRONMENTS = ['development', 'staging', 'production'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];
export type Ports = Readonly<Record<EnvironmentName, number>>;

function script(name: string, file: string, more: Omit<Partial<StepInput>, 'name' | 'type' | 'input'> = {}): StepInput {
  return { name, type: 'script', input: { run: readFileSync(join(__dirname, 'scripts', file), 'utf8') }, timeout: 'PT1M', ...more };
}

/** How the shop is deployed: real scripts, real files, a real server. */
export function shopProcess(): ChangeProcess {
  return {
    steps: [
      script('Pack', 'pack.sh', { required: true }),
      script('Install', 'install.sh', { required: true }),
      script('Finish orders', 'finish-orders.sh'),
      script('Start', 'start.sh', { required: true }),
      script('Check health', 'check-health.sh', { required: true }),
      script('Tell the team', 'tell-the-team.sh'),
    ],
  };
}

/** The same, and more: a person approves, two steps run beside each other, and one is tried again. */
export function nextProcess(): ChangeProcess {
  const [pack, ...others] = shopProcess().steps;
  const instructions = 'Have a look at it in Staging: may customers see #{ShopName} so?';
  return {
    steps: [
      { name: 'Approve', type: 'manual-intervention', input: { instructions }, environments: ['production'] },
      ...(pack ? [pack] : []),
      script('Count the stock', 'count-stock.sh', { start: 'with-previous' }),
      script('Fetch prices', 'fetch-prices.sh', { retries: { attempts: 3, delay: 'PT0S' } }),
      ...others,
    ],
  };
}

/** The shop's variables; the greeting is made of another one, and each environment has its port. */
export function shopVariables(greeting: string, site: string, ports: Ports): ChangeVariables {
  const values = {
    Source: join(__dirname, '../demo-shop'),
    Site: site,
    Node: process.execPath,
    ShopName: 'the corner shop',
    Greeting: greeting,
  };
  return {
    variables: [
      ...Object.entries(values).map(([name, value]) => ({ name, value })),
      ...ENVIRONMENTS.map((name) => ({ name: 'Port', value: String(ports[name]), scope: { environments: [name] } })),
    ],
  };
}

/** What the page of a running shop says about itself. */
export interface ShopPage {
  readonly version: string | undefined;
  readonly environment: string | undefined;
  readonly greeting: string | undefined;
}

/** Fetches the shop's page as a customer would; undefined while nobody answers there. */
export async function visit(port: number): Promise<ShopPage | undefined> {
  // A connection of its own: a kept one may end at the server of the deployment before.
  const request = { headers: { Connection: 'close' }, signal: AbortSignal.timeout(5_000) };
  const response = await fetch(`http://127.0.0.1:${port}/`, request).catch(() => undefined);
  if (response?.status !== 200) return undefined;
  const page = await response.text();
  const text = (id: string) => new RegExp(`id="${id}">([^<]*)<`).exec(page)?.[1];
  return { version: text('version'), environment: text('environment'), greeting: text('greeting') };
}
