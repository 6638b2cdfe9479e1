import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'libsql';
import type { Deployment } from '../support/answers';
import { eventually } from './support/eventually';
import { linesOf, pidsIn, runs } from './support/machine';
import { script } from './support/project';
import { temporaryFolder } from '../support/processes/folders';
import type { ProcessSettings } from '../support/processes/program';
import { SlipwayProcess } from '../support/processes/slipway-process';
import { story, withOneProcess } from './support/with-slipway';

describe('Stopping', () => {
  const slipway = withOneProcess();
  const { client } = slipway;
  const tells = story(() => slipway.process);

  tells('SIGTERM drains: a running step ends and is reported, nothing new is begun, the exit code is 0', async () => {
    const gate = slipway.gate('drain');
    const notes = slipway.file('drained');
    const shop = await slipway.project([
      script('one', `echo begun; ${gate.wait}; echo one >> '${notes}'; echo said`),
      script('two', `echo two >> '${notes}'`),
    ]);
    await shop.cut('1.0.0');
    const running = await shop.deploy('1.0.0', 'development');
    const behind = await shop.deploy('1.0.0', 'development');
    // Granted is not begun: what has not begun would be handed back, and run again after the restart.
    await eventually(
      'the script has begun',
      () => client.log(running),
      (text) => text === 'begun\n',
    );

    slipway.process.send('SIGTERM');
    await eventually(
      'it drains',
      () => slipway.process.output,
      (output) => output.includes('running → draining: SIGTERM'),
    );
    gate.open();
    expect(await slipway.process.ended()).toEqual({ code: 0, signal: null });
    expect(slipway.process.output).toContain('draining → stopped');
    expect(linesOf(notes)).toEqual(['one']);

    // The rest goes on where it stopped: no step runs twice, and none is lost.
    await slipway.process.start();
    const done = await client.until(running, 'succeeded', 'failed');
    expect(done.steps).toMatchObject([{ state: 'succeeded', attempts: [{ number: 1 }] }, { state: 'succeeded' }]);
    await client.until(behind, 'succeeded');
    expect(linesOf(notes)).toEqual(['one', 'two', 'one', 'two']);
    expect(await client.log(running)).toBe('begun\nsaid\n');
  });

  tells('a second SIGINT ends at once, with the step that ran; the next start says that its outcome is unknown', async () => {
    const pids = slipway.file('interrupted');
    const shop = await slipway.project([script('stay', `echo $$ > '${pids}'; sleep 300`)]);
    await shop.cut('1.0.0');
    const running = await shop.deploy('1.0.0', 'development');
    await eventually(
      'the script has begun',
      () => pidsIn(pids),
      (found) => found.length === 1,
    );
    await client.untilStep(running, 'stay', 'running');
    slipway.process.send('SIGINT');
    await eventually(
      'it drains',
      () => slipway.process.output,
      (output) => output.includes('running → draining: SIGINT'),
    );
    const asked = Date.now();
    // What comes within half a second of the first is the same request: Ctrl-C on a terminal reaches npm's child twice.
    const again = setInterval(() => slipway.process.send('SIGINT'), 100);
    expect(await slipway.process.ended()).toEqual({ code: 130, signal: null });
    clearInterval(again);
    expect(Date.now() - asked).toBeLessThan(3_000);
    await eventually(
      'the script is gone',
      () => pidsIn(pids).filter(runs),
      (left) => left.length === 0,
    );
    await slipway.process.start();
    expect(await client.until(running, 'failed')).toMatchObject({ reason: { code: 'step.lost' } });
  });

  tells('a query that waits for a position is answered first, and its connection, kept alive, does not hold the stop up', async () => {
    const waiting = client.send('GET', '/deployments?atLeast=999999999999');
    // Answered after the other one was received.
    await client.sees('/projects');
    const asked = Date.now();
    const [how, answer] = await Promise.all([slipway.process.stop(), waiting]);
    expect([how.code, answer.status]).toEqual([0, 503]);
    expect(Date.now() - asked).toBeLessThan(10_000);
    await slipway.process.start();
  });

  tells('an idle process stops within two seconds', async () => {
    const asked = Date.now();
    expect(await slipway.process.stop()).toEqual({ code: 0, signal: null });
    expect(Date.now() - asked).toBeLessThan(2_000);
    await slipway.process.start();
    expect((await client.all<Deployment>('/deployments')).length).toBeGreaterThan(0);
  });
});

/** Every file below a folder, with a hash of its content, but for what SQLite needs to look into a file: shared memory, and an empty log. */
function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());
  const isContent = (name: string) => !name.endsWith('-shm') && !(name.endsWith('-wal') && statSync(join(folder, name)).size === 0);
  return Object.fromEntries(
    files
      .filter(isContent)
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );
}

describe('A start on a log with a damaged event', () => {
  const process = new SlipwayProcess();
  const tells = story(() => process);
  afterAll(() => process.dispose());

  tells('listens all the same, also when the read models are lost: readiness and the audit name the event', async () => {
    const first = await process.start();
    const created = await fetch(`${first.address}/api/v1/environments`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"slug":"development"}',
    });
    const position = created.headers.get('Slipway-Position') ?? '';
    await process.stop();
    const database = new Database(join(process.dataFolder, 'events.db'));
    database.prepare(`UPDATE events SET data = '{nope' WHERE position = ?`).run(Number(position));
    database.close();
    for (const name of readdirSync(process.dataFolder)) if (name.startsWith('read.db')) rmSync(join(process.dataFolder, name));
    await process.start();
    const ready = await fetch(`${process.address}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain(`the event at position ${position} (environment-development, version 0) cannot be read`);
    const verified = await fetch(`${process.address}/api/v1/audit/verify`, { method: 'POST' });
    expect(await verified.json()).toMatchObject({ verified: false, firstBroken: { position, reason: { code: 'event-unreadable' } } });
  });
});

describe('A start is refused, with a clear message, exit code 1 and nothing touched,', () => {
  const base = temporaryFolder();
  const folder = join(base, 'data');
  const started: SlipwayProcess[] = [];
  const tells = story(() => started.at(-1));
  const slipway = (settings: ProcessSettings = {}, dataFolder = folder): SlipwayProcess => {
    started.push(new SlipwayProcess(settings, dataFolder));
    return started.at(-1)!;
  };
  afterAll(async () => {
    for (const process of started) await process.dispose();
    rmSync(base, { recursive: true, force: true });
  });

  tells('on a data folder that another process has locked, which goes on undisturbed', async () => {
    const first = await slipway().start();
    // The holder's lock is of the operating system, and ends with any descriptor of it that is closed: it is left alone here.
    const watched = () =>
      Object.fromEntries(['events.db', 'read.db', 'lock.json'].map((name) => [name, readFileSync(join(folder, name), 'hex')]));
    const [files, before] = [readdirSync(folder).sort(), watched()];
    const refused = await slipway().refusesToStart();
    expect(refused.code).toBe(1);
    expect(refused.said).toMatch(
      new RegExp(`data folder ${folder} is in use by process ${first.pid}, started .*: stop that process, or give this one another folder`),
    );
    expect(refused.said.trim().split('\n').length).toBe(1);
    expect([readdirSync(folder).sort(), watched()]).toEqual([files, before]);
    expect((await fetch(`${first.address}/health/ready`)).status).toBe(200);
    await first.stop();
  });

  for (const file of ['events.db', 'read.db', 'bus.db']) {
    tells(`on a data folder whose ${file} has a newer schema`, async () => {
      if (!existsSync(join(folder, 'events.db')))
        await slipway()
          .start()
          .then((first) => first.stop());
      const copy = join(base, `newer-${file}`);
      cpSync(folder, copy, { recursive: true });
      const database = new Database(join(copy, file));
      database.exec('PRAGMA user_version = 4711');
      database.close();
      const before = contentOf(copy);
      const refused = await slipway({}, copy).refusesToStart();
      expect(refused.code).toBe(1);
      expect(refused.said).toContain(join(copy, file));
      expect(refused.said).toContain('4711');
      expect(contentOf(copy)).toEqual(before);
    });
  }

  tells('with bad settings: each key is named, and no value shown', async () => {
    const untouched = join(base, 'untouched');
    const bad = {
      HTTP_PORT: '70000',
      WORKER_POOLS: 'Secret-Pool',
      WORKER_CONCURRENCY: 'secret-many',
      LEASE_SECONDS: '0.123',
      LOG_LEVEL: 'secret-loud',
      MESSAGE_BUS_URL: 'amqp://secret-user:secret-password@kafka:9092',
      EVENT_STORE_URL: 'mysql://secret-user:secret-password@store:2113',
      READ_STORE_URL: 'esdb://secret-user:secret-password@store/db',
    };
    const refused = await slipway(bad, untouched).refusesToStart();
    expect(refused.code).toBe(1);
    for (const [key, value] of Object.entries(bad)) {
      expect(refused.said).toContain(key);
      expect(refused.said).not.toContain(value);
    }
    expect(refused.said.toLowerCase()).not.toContain('secret-');
    expect(existsSync(untouched)).toBe(false);
  });

  tells('with an HTTP_HOST that is not loopback, while there is no access control', async () => {
    const untouched = join(base, 'untouched');
    const refused = await slipway({ HTTP_HOST: '0.0.0.0' }, untouched).refusesToStart();
    expect(refused.code).toBe(1);
    expect(refused.said).toMatch(/HTTP_HOST must be a loopback address: without access control/);
    expect(existsSync(untouched)).toBe(false);
  });

  tells('on a port that somebody else listens to', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const refused = await slipway({ HTTP_PORT: String(port) }, join(base, 'port'))
      .refusesToStart()
      .finally(() => other.close());
    expect(refused.code).toBe(1);
    expect(refused.said).toMatch(new RegExp(`${port}`));
    expect(refused.said).not.toMatch(/\n\s+at /);
  });
});
