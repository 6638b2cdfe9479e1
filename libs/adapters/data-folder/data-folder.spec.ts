import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestChild } from '../../../test/support/child';
import { openDataFolder } from './data-folder';

describe('data folder', () => {
  let base: string;
  beforeEach(() => (base = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-folder-')))));
  afterEach(() => rmSync(base, { recursive: true }));

  /** Name, size, time of change and content of all files, but of the lock, which must not be opened by this process. */
  const contentOf = (path: string) =>
    readdirSync(path).map((name) => {
      const { mtimeMs, size } = statSync(join(path, name));
      return [name, mtimeMs, size, name.endsWith('.json') ? readFileSync(join(path, name), 'utf8') : ''];
    });

  it('creates the folder with its parents and names what is in it', () => {
    const path = join(base, 'a', 'b');
    const folder = openDataFolder(path);
    expect(folder).toMatchObject({
      path,
      events: join(path, 'events.db'),
      readModels: join(path, 'read.db'),
      bus: join(path, 'bus.db'),
      logs: join(path, 'logs'),
      work: join(path, 'work'),
    });
    expect(statSync(folder.logs).isDirectory() && statSync(folder.work).isDirectory()).toBe(true);
    folder.close();
  });

  it('is refused a second time in the same process until it is closed, and left untouched', () => {
    const path = join(base, 'data');
    const folder = openDataFolder(path);
    const before = contentOf(path);
    expect(() => openDataFolder(join(path, '..', 'data'))).toThrow(
      expect.objectContaining({
        code: 'data-folder.in-use',
        retryable: false,
        message: expect.stringMatching(
          new RegExp(`${path} is in use by process ${process.pid} \\(this one\\).*stop that process`),
        ) as string,
      }),
    );
    expect(() => openDataFolder(path)).toThrow('in use');
    expect(contentOf(path)).toEqual(before);
    folder.close();
    folder.close();
    openDataFolder(path).close();
  });

  it('is held by a process until that dies, and free at once when it is killed', async () => {
    const path = join(base, 'data');
    const child = new TestChild('hold-data-folder.ts', path);
    await child.printed(1);
    const before = contentOf(path);
    expect(() => openDataFolder(path)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(new RegExp(`${path} is in use by process ${child.pid}, started \\d{4}-`)) as string,
      }),
    );
    expect(contentOf(path)).toEqual(before);
    await child.kill();
    openDataFolder(path).close();
  });

  const unusable = (path: string) =>
    expect.objectContaining({ code: 'data-folder.unusable', retryable: false, message: expect.stringContaining(path) as string });

  it('says what is wrong with a path that is no folder, below a file, or a link to nowhere', () => {
    const path = join(base, 'file');
    writeFileSync(path, '');
    symlinkSync(join(base, 'nowhere'), join(base, 'link'));
    for (const wrong of [path, join(path, 'x'), join(path, 'x', 'y'), join(base, 'link')])
      expect(() => openDataFolder(wrong)).toThrow(unusable(wrong));
  });

  if (existsSync('/proc/self')) {
    const children: TestChild[] = [];
    afterEach(() => children.pop()?.kill());
    // In a process of its own: what never returns could not be timed out here.
    it.each(['/proc/x', '/proc/x/y'])('is refused at once at %s, where no folder can be made', async (path) => {
      const child = new TestChild('hold-data-folder.ts', path);
      children.push(child);
      await expect(child.printed(1)).rejects.toThrow(`${path} cannot be used`);
      expect(() => openDataFolder(path)).toThrow(unusable(path));
    });
  }
});
