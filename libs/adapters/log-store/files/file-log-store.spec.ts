import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@slipway/kernel/testing';
import { logStoreContract } from '@slipway/kernel/testing/log-store.contract';
import { all, attempt, chunks, DEPLOYMENT, deployment, numbers } from '@slipway/kernel/testing/log-store.fixture';
import { FileLogStore } from './file-log-store';

logStoreContract('files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-logs-'));
  let store = new FileLogStore(folder);
  const reopen = async () => {
    await store.close();
    return (store = new FileLogStore(folder));
  };
  const close = async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { store, reopen, close };
});

describe('step output in files', () => {
  let folder: string;
  let store: FileLogStore;
  const file = () => join(folder, `${DEPLOYMENT}.ndjson`);
  const reopened = async () => {
    await store.close();
    return (store = new FileLogStore(folder));
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-logs-'));
    store = new FileLogStore(folder);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('goes on at the next line from a place within one, and finds nothing behind the end', async () => {
    await store.append(attempt(), chunks(1, 3));
    const { reached } = await store.read(DEPLOYMENT, { after: 0, limit: 1 });
    for (const after of [1, reached - 1, reached]) {
      expect((await store.read(DEPLOYMENT, { after, limit: 1 })).chunks[0]!.number).toBe(2);
    }
    expect((await store.read(DEPLOYMENT, { after: Number.MAX_SAFE_INTEGER, limit: 1 })).chunks).toEqual([]);
  });

  it('changes nothing when chunks are delivered again, now or after a restart', async () => {
    await store.append(attempt(), chunks(1, 3));
    const before = readFileSync(file());
    await store.append(attempt(), chunks(1, 3, 'changed'));
    await (await reopened()).append(attempt(), chunks(2, 3, 'changed'));
    expect(readFileSync(file())).toEqual(before);
    await store.append(attempt(), chunks(2, 5));
    await store.append(attempt(), [...chunks(6, 6), ...chunks(6, 6)]);
    expect(await numbers(store)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is whole again after a crash at any byte of a write, once the bus has brought it again', async () => {
    const seed = 'torn-line-1';
    const random = new SeededRandom(seed);
    await store.append(attempt(), chunks(1, 20, 'ä"\n'));
    const whole = readFileSync(file());
    for (let round = 0; round < 100; round += 1) {
      const cut = Math.floor(random.fraction() * (whole.length + 1));
      truncateSync(file(), cut);
      await reopened();
      // A reader sees whole lines only, before the repair too.
      const left = (await numbers(store)).length;
      expect({ seed, round, left }).toEqual({ seed, round, left: whole.subarray(0, cut).filter((byte) => byte === 10).length });
      await store.append(attempt(), chunks(1, 20, 'ä"\n'));
      expect(readFileSync(file()).equals(whole)).toBe(true);
    }
  });

  it('steps over a damaged line, and takes what stood there when it comes again', async () => {
    await store.append(attempt(), chunks(1, 1));
    appendFileSync(file(), '\0\0\0\0{"step":"Build"\nnull\n');
    await (await reopened()).append(attempt(), chunks(1, 3));
    expect(await numbers(store)).toEqual([1, 2, 3]);
    expect((await all(store, DEPLOYMENT, 1)).length).toBe(3);
  });

  it('notices that its file was taken away meanwhile', async () => {
    await store.append(attempt(), chunks(1, 2));
    rmSync(file());
    await store.append(attempt(), chunks(3, 3));
    expect(await numbers(store)).toEqual([3]);
  });

  it('makes no path of a name that is no id of a deployment', async () => {
    writeFileSync(join(folder, 'secret.ndjson'), `${JSON.stringify({ step: 'x', attempt: 1, token: 1, ...chunks(1, 1)[0] })}\n`);
    for (const name of [
      'secret',
      '../secret',
      `../${DEPLOYMENT}`,
      `${DEPLOYMENT}\n`,
      DEPLOYMENT.replace('a', 'A'),
      '',
      '..',
      `${DEPLOYMENT}/x`,
    ]) {
      const refusal = { code: 'log-store.refused', retryable: false };
      await expect(store.append(attempt({ deployment: name }), chunks(1, 1))).rejects.toMatchObject(refusal);
      expect((await store.read(name, { after: 0, limit: 5 })).chunks).toEqual([]);
    }
    expect(readdirSync(folder)).toEqual(['secret.ndjson']);
  });

  it('refuses numbers and places that are none', async () => {
    for (const number of [0, -1, 1.5, NaN]) {
      await expect(store.append(attempt(), [{ ...chunks(1, 1)[0]!, number }])).rejects.toMatchObject({ code: 'log-store.refused' });
      if (number !== 0)
        await expect(store.read(DEPLOYMENT, { after: number, limit: 1 })).rejects.toMatchObject({ code: 'log-store.refused' });
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the order of appends that come at once, with a bounded number of open files', async () => {
    const [maxOpenFiles, deployments, rounds] = [3, 25, 8];
    store = new FileLogStore(folder, { maxOpenFiles, remembered: 5 });
    let most = 0;
    const work = Array.from({ length: deployments * rounds }, async (_, index) => {
      const [of, round] = [deployment(index % deployments), Math.floor(index / deployments)];
      await store.append(attempt({ deployment: of }), chunks(round * 3 + 1, round * 3 + 4, of));
      most = Math.max(most, openIn(folder));
      await store.read(of, { after: 0, limit: 100 });
    });
    await Promise.all(work);
    for (let number = 0; number < deployments; number += 1) {
      const of = deployment(number);
      expect((await all(store, of)).map(({ text }) => text)).toEqual(chunks(1, rounds * 3 + 1, of).map(({ text }) => text));
    }
    expect(most).toBeGreaterThan(0);
    // Each may have the folder open too, when its file is new.
    expect(most).toBeLessThanOrEqual(2 * maxOpenFiles);
  });

  it('is unavailable while its folder is away, and goes on when it is back', async () => {
    await store.append(attempt(), chunks(1, 1));
    rmSync(folder, { recursive: true });
    await expect(store.append(attempt(), chunks(2, 2))).rejects.toMatchObject({ code: 'log-store.unavailable', retryable: true });
    mkdirSync(folder);
    await store.append(attempt(), chunks(2, 2));
    expect(await numbers(store)).toEqual([2]);
  });

  it('finishes what it was given before it closes, and takes nothing afterwards', async () => {
    const appends = [1, 2, 3].map((number) => store.append(attempt({ deployment: deployment(number) }), chunks(1, 5)));
    await store.close();
    await Promise.all(appends);
    await expect(store.append(attempt(), chunks(1, 1))).rejects.toMatchObject({ code: 'log-store.unavailable', retryable: true });
    await expect(store.read(DEPLOYMENT, { after: 0, limit: 1 })).rejects.toMatchObject({ code: 'log-store.unavailable' });
  });
});

/** Files and folders that this process has open there. */
function openIn(folder: string): number {
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;
}
