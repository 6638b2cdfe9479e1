import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { slipwayOfStories, story } from '../support/with-slipway';

const README = readFileSync(join(__dirname, '../../../README.md'), 'utf8');

/** The block of shell commands under a heading. */
function commandsUnder(heading: string): string {
  const section = README.split(`## ${heading}\n`)[1]?.split('\n## ')[0];
  const block = /```sh\n([\s\S]*?)```/.exec(section ?? '')?.[1];
  if (!block) throw new Error(`the README has no commands under ${heading}`);
  return block;
}

describe('the README', () => {
  const slipway = slipwayOfStories();
  const it = story(() => slipway);
  const [first, second] = [commandsUnder('A first deployment'), commandsUnder('People, failures, a freeze, and the past')];
  const paste = (commands: string) =>
    promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', commands.replace('http://127.0.0.1:3000', slipway.address)]);

  beforeAll(() => slipway.start());
  afterAll(() => slipway.dispose());

  it('leads whoever pastes its commands to a deployment in two environments, and to its story', async () => {
    const { stdout, stderr } = await paste(first);
    expect(stderr).toBe('');
    expect(stdout).toContain('Hello from the workshop, this is 1.0.0');
    expect(stdout).toContain('Hello from the stage, this is 1.0.0');
    expect(stdout).toMatch(/^\S+Z ReleasePromoted by ada$/m);
    expect(stdout).not.toContain('urn:slipway:problem');
  });

  it('leads on through a failure, an approval and a freeze, and back', async () => {
    const terminal = first.split('\n').slice(0, 2);
    const { stdout, stderr } = await paste([...terminal, second].join('\n'));
    // One request is refused, by the freeze.
    expect(stderr).toMatch(/^curl: \(22\) [^\n]*409\n$/);
    expect(stdout.split('urn:slipway:problem')).toHaveLength(2);
    expect(stdout).toMatch(/freeze-active.*\nRefused: it is frozen\.\n/);
    const [now, then, verified] = stdout
      .trimEnd()
      .split('\n')
      .slice(-3)
      .map((line) => JSON.parse(line));
    const current = (board: typeof now) => board.projects[0].cells.staging.current.release;
    expect([current(now), current(then), verified.verified]).toEqual(['1.0.0', '1.0.1', true]);
  });
});
