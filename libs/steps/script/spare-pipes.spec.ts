import { closeSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SparePipes } from './spare-pipes';

describe('spare pipes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-pipes-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('serve scripts that start at once, each with its own, and leave no name behind', async () => {
    const pipes = new SparePipes();
    const taken = (await Promise.all(Array.from({ length: 20 }, () => pipes.two(folder)))).flat();
    const descriptors = taken.flatMap(({ reader, writer }) => [reader, writer]);
    expect(new Set(descriptors).size).toBe(80);
    expect(readdirSync(folder)).toEqual([]);
    for (const descriptor of descriptors) closeSync(descriptor);
  });

  it('tell whoever waits for them that none can be made, and try again for the next', async () => {
    const pipes = new SparePipes();
    const inVain = await Promise.allSettled([pipes.two(join(folder, 'nowhere')), pipes.two(join(folder, 'nowhere'))]);
    expect(inVain.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const [one, other] = await pipes.two(folder);
    for (const { reader, writer } of [one, other]) for (const descriptor of [reader, writer]) closeSync(descriptor);
  });
});
