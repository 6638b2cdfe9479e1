import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { readSettings } from '@slipway/platform';
import { type ProcessName, refuseImpossibleMix } from '../../apps/composition/mixes';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly network_mode?: string;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
}

const ROOT = join(__dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const TEXT = textOf('docker-compose.yml');
const DOCKERFILE = textOf('Dockerfile');
/** `${NAME:-default}` as Compose reads it where nothing is set. */
const DEFAULTED = /\$\{([A-Z_]+):-([^}]*)\}/g;

const { services } = load(TEXT.replace(DEFAULTED, '$2'), { schema: CORE_SCHEMA.withTags(mergeTag) }) as {
  services: Record<string, Service>;
};
const ofKind = (wanted: (service: Service) => boolean) => Object.entries(services).filter(([, service]) => wanted(service));
const SERVERS = ofKind(({ build }) => build === undefined);
const APPS = ofKind(({ network_mode: network }) => network === 'host');

const environmentOf = ({ environment = {} }: Service): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));

describe('docker-compose.yml', () => {
  it('runs the three apps, and the servers that they need', () => {
    expect(APPS.map(([name]) => name)).toEqual(['api', 'processor', 'worker']);
    expect(SERVERS.map(([name]) => name)).toEqual(['eventstore', 'kafka', 'postgres']);
  });

  it.each(APPS)('starts the main of %s', (name, { command = [] }) => {
    expect(command).toEqual(['node', `dist/apps/${name}/main.js`]);
    expect(existsSync(join(ROOT, `apps/${name}/main.ts`))).toBe(true);
  });

  it.each(APPS)('gives %s nothing but settings, and a mix of them that it starts with', (name, service) => {
    const given = environmentOf(service);
    const { settings } = readSettings(given);
    expect(Object.keys(given).filter((variable) => !(variable in settings))).toEqual([]);
    expect(() => refuseImpossibleMix(name as ProcessName, settings)).not.toThrow();
  });

  it('has a default for whatever can be set from outside, and each app a port of its own', () => {
    const named = [...TEXT.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
    expect([...TEXT.matchAll(DEFAULTED)].map(([, name]) => name)).toEqual(named);
    expect(new Set(APPS.map(([, { environment }]) => environment?.['HTTP_PORT'])).size).toBe(APPS.length);
  });

  it.each(SERVERS)('takes %s in one version, publishes it on loopback alone, and asks it whether it works', (_name, service) => {
    expect(service.image).toMatch(/^[a-z/]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
    expect(service.ports?.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(service.healthcheck?.test?.[0]).toBe('CMD');
  });

  it('takes the versions that servers:up takes without an engine', () => {
    const kafka = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(textOf('scripts/servers/pom.xml'))?.[1];
    const postgres = /VERSION = '([^']+)'/.exec(textOf('scripts/servers/postgres.mjs'))?.[1];
    expect(services['kafka']?.image).toBe(`apache/kafka:${kafka}`);
    expect(services['postgres']?.image).toBe(`postgres:${postgres}-bookworm`);
  });
});

describe('the Dockerfile', () => {
  it('builds on one pinned version of Node, and runs as somebody who owns nothing but the data', () => {
    const bases = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base).filter((base) => base !== 'production');
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
    expect([...DOCKERFILE.matchAll(/^USER (\S+)/gm)].map(([, user]) => user)).toEqual(['node']);
    expect(DOCKERFILE).toMatch(/^HEALTHCHECK /m);
  });

  it('gets all that it copies, and nothing of the tests', () => {
    const letIn = textOf('.dockerignore');
    const copied = [...DOCKERFILE.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) => files.split(' '));
    const missing = copied.filter((file) => file !== '.' && !letIn.includes(`\n!${file}\n`));
    expect(missing).toEqual([]);
    expect(letIn).not.toContain('!test');
  });
});
