import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SlipwayProcess } from './support/slipway-process';
import { story } from './support/with-slipway';

const README = readFileSync(join(__dirname, '../../README.md'), 'utf8');

/** The block of shell commands under a heading. */
function commandsUnder(heading: string): string {
  const section = README.split(`## ${heading}\n`)[1]?.split('\n## ')[0];
  const block = /```sh\n([\s\S]*?)```/.exec(section ?? '')?.[1];
  if (!block) throw new Error(`the README has no commands under ${heading}`);
  return block;
}

describe('the README', () => {
  const slipway = new SlipwayProcess();
  const it = story(() => slipway);

  beforeAll(() => slipway.start());
  afterAll(() => slipway.dispose());

  it('leads whoever pastes its commands to a deployment in two environments, and to its story', async () => {
    const pasted = commandsUnder('A first deployment').replace('http://127.0.0.1:3000', slipway.address);
    const { stdout, stderr } = await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', pasted]);
    expect(stderr).toBe('');
    expect(stdout).toContain('Hello from the workshop, this is 1.0.0');
    expect(stdout).toContain('Hello from the stage, this is 1.0.0');
    expect(stdout).toMatch(/^\S+Z ReleasePromoted by ada$/m);
    expect(stdout).not.toContain('urn:slipway:problem');
  });
});
