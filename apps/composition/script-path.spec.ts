import { delimiter } from 'node:path';
import { scriptPath } from './script-path';

const joined = (...entries: string[]) => entries.join(delimiter);

describe('the PATH of scripts', () => {
  it('leaves out what npm puts before it', () => {
    const npm = [
      '/srv/slipway/node_modules/.bin',
      '/srv/node_modules/.bin',
      '/node_modules/.bin/',
      'node_modules/.bin',
      '/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin',
    ];
    expect(scriptPath(joined(...npm, '/usr/local/bin', '/usr/bin'))).toBe(joined('/usr/local/bin', '/usr/bin'));
  });

  it('keeps everything else in its order', () => {
    const path = joined('/opt/node_modules/.binaries', '/usr/bin', '', '/opt/my_node_modules/bin', '/usr/bin', '/opt/node-gyp/bin');
    expect(scriptPath(path)).toBe(path);
  });

  it('is none where the server has none', () => {
    expect([scriptPath(undefined), scriptPath('')]).toEqual([undefined, '']);
  });
});
